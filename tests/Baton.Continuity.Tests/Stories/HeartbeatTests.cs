using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A worker that picked a job up must show a sign of life every 60 s: any span of its own, in the job's trace or in its own.</summary>
public class HeartbeatTests
{
    private static readonly RelayDefinition Relay = Relays.RenderJob with
    {
        Deadlines = new() { ScheduleToCloseNanos = 3000 * Relays.Second, HeartbeatNanos = 60 * Relays.Second },
    };

    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");
    private static readonly SpanSpec Ack = Consumer("worker.ack_wake", 0.5, 1).As("a").Under("p") with { Instance = "w1" };
    private static readonly SpanSpec Complete = Internal("worker.complete", 200, 200).As("c").Under("p") with { Instance = "w1" };

    [Fact]
    public void Silence_after_the_pick_up_is_told()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Run(1000, 1);

        Assert.Contains("missed render_job missing_completion heartbeat_timeout", story.Observer.Lines);
        var span = Assert.Single(story.Synthesized).Span;
        Assert.Equal(61, At(span));
        var attributes = span.Attributes.ToDictionary(a => a.Key, a => a.Value);
        Assert.Equal("heartbeat_timeout", attributes["error.type"].StringValue);
        Assert.Equal(60, attributes["baton.deadline.seconds"].DoubleValue);
    }

    [Fact]
    public void Every_span_of_the_worker_moves_it_and_none_of_another()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack);
        for (var at = 50; at <= 200; at += 50)
        {
            story.Arrive(at, Step(at - 1));
        }
        story.Arrive(230, Step(229) with { Instance = "w2" }, Step(229).From("api"), Step(229).In("t2")).Run(1000, 1);

        Assert.Equal(259, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void Without_an_instance_id_the_service_alone_counts()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack with { Instance = "" }).Arrive(50, Step(49) with { Instance = "" }).Run(1000, 1);

        Assert.Equal(109, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void Signs_of_life_in_the_worker_s_own_trace_count_in_whatever_order_they_come()
    {
        var ack = Ack.In("w").LinkedTo("t1/p") with { Parent = "" };
        SpanSpec early = Step(30).In("w"), late = Step(80).In("w");

        Assert.Equal(140, At(Assert.Single(new Story(Relays.Of(Relay), 3).Arrive(2, Publish).Arrive(3, ack).Arrive(31, early).Arrive(81, late).Run(1000, 1).Synthesized).Span));
        Assert.Equal(140, At(Assert.Single(new Story(Relays.Of(Relay), 3).Arrive(81, late).Arrive(82, early).Arrive(83, ack).Arrive(84, Publish).Run(1000, 1).Synthesized).Span));
        Assert.Equal(140, At(Assert.Single(new Story(Relays.Of(Relay), 3).Arrive(81, Publish, late, ack, early).Run(1000, 1).Synthesized).Span));
    }

    [Fact]
    public void A_sign_of_life_before_the_pick_up_arrives_counts()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(41, Step(40)).Arrive(45, Ack, Publish).Run(1000, 1);

        Assert.Equal(100, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void So_it_does_whatever_else_its_trace_is_looked_at_for()
    {
        var waits = Consumer("process", 30, 31).As("x").Under("unseen").From("another");
        var story = new Story(Relays.Of(Relay)).Arrive(33, waits).Arrive(41, Step(40)).Arrive(45, Ack, Publish).Run(1000, 1);
        Assert.Equal(100, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void Nobody_knows_whose_sign_it_is_without_a_name()
    {
        static SpanSpec Nameless(SpanSpec span) => span.From("") with { Instance = "" };
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Nameless(Ack)).Arrive(50, Nameless(Step(49))).Run(1000, 1);
        Assert.Equal(61, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void It_runs_from_who_picked_up_last()
    {
        var again = Consumer("worker.ack_wake", 40, 41).As("a2").Under("p") with { Instance = "w2" };
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(42, again).Arrive(60, Step(59)).Run(1000, 1);

        Assert.Equal(101, At(Assert.Single(story.Synthesized).Span));
    }

    [Theory]
    [InlineData("s0", 61)]
    [InlineData("s1", 100)]
    public void Of_more_services_than_are_kept_the_one_that_was_heard_first_is_forgotten(string worker, double deadline)
    {
        var story = new Story(Relays.Of(Relay));
        for (var i = 0; i < 65; i++)
        {
            story.Arrive(41, Step(40).From($"s{i}") with { Id = $"step of s{i}" });
        }
        story.Arrive(45, Ack.From(worker) with { Instance = "w1" }, Publish).Run(1000, 1);

        Assert.Equal(deadline, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void A_worker_that_failed_is_not_silent()
    {
        var failed = Internal("worker.complete", 5, 5).As("f").Under("p").Failed() with { Instance = "w1" };
        var story = new Story(Relays.Of(Relay)).Arrive(6, Publish, Ack, failed).Run(4000, 5);

        Assert.Contains("missed render_job failed schedule_to_close_timeout", story.Observer.Lines);
    }

    [Fact]
    public void A_sign_of_life_that_is_seen_late_takes_the_deadline_span_back_and_the_next_silence_is_told_again()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(90, Step(50)).Run(1000, 1);

        Assert.Equal(["worker.deadline", "worker.recovered", "worker.deadline"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Equal([61, 50, 110], story.Synthesized.Select(s => At(s.Span)));
        Assert.Equal(3, story.Synthesized.Select(s => s.Span.SpanId).Distinct().Count());
        Assert.Equal(1, story.Observer.Count("retracted render_job"));
        Assert.Equal(2, story.Observer.Count("missed render_job missing_completion heartbeat_timeout"));
    }

    [Fact]
    public void A_job_whose_silence_was_taken_back_is_shown_as_running_again()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Run(80);
        Assert.Equal((0, 1), OpenOf(story));

        story.Arrive(90, Step(50)).Run(91);
        Assert.Equal((1, 0), OpenOf(story));

        static (long Running, long Missed) OpenOf(Story story) => story.Engine.Relays().Where(relay => relay.Relay == "render_job").Select(relay => (relay.Running, relay.Missed)).Single();
    }

    [Fact]
    public void A_worker_that_is_silent_for_too_long_and_goes_on_is_late()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(151, Step(150)).Arrive(201, Complete).Run(1000, 1);

        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Contains("completed render_job late 199.900", story.Observer.Lines);
    }

    [Fact]
    public void A_heartbeat_that_was_not_told_does_not_make_a_completion_late() =>
        Assert.Contains(
            "completed render_job in_time 199.900", new Story(Relays.Of(Relay)).Arrive(201, Complete, Publish, Ack, Step(150)).Run(1000, 1).Observer.Lines);

    [Fact]
    public void Signs_of_life_survive_a_restart_and_a_replay()
    {
        Assert.Equal(110, At(Assert.Single(new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(51, Step(50)).Checkpoint().Crash(60).Run(1000, 1).Synthesized).Span));
        Assert.Equal(110, At(Assert.Single(new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(51, Step(50)).Crash(60).Run(1000, 1).Synthesized).Span));
    }

    [Fact]
    public void Without_the_heartbeat_in_the_configuration_silence_says_nothing()
    {
        var without = Relay with { Deadlines = Relay.Deadlines with { HeartbeatNanos = 0 } };
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Checkpoint().Crash(20, Relays.Of(without)).Arrive(201, Complete).Run(1000, 1);

        Assert.Empty(story.Synthesized);
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Fact]
    public void What_was_heard_of_traces_without_a_job_is_forgotten_after_export_lag()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Step(1), Step(1).In("t2"));
        Assert.Equal(2, story.Traces);
        Assert.Equal(0, story.Run(13).Traces);
    }

    [Fact]
    public void A_hundred_services_in_one_trace_are_bounded()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(3, [.. Enumerable.Range(0, 100).Select(i => Step(2).From($"s{i}"))]).Arrive(51, Step(50)).Run(1000, 1);

        Assert.Equal(110, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void What_somebody_else_does_in_the_worker_s_own_trace_says_nothing_of_it()
    {
        var ack = Ack.In("w").LinkedTo("t1/p") with { Parent = "" };
        var story = new Story(Relays.Of(Relay), 3).Arrive(2, Publish, ack).Arrive(50, Step(49).In("w").From("another"), Step(48).In("w") with { Instance = "w2" }).Run(1000, 1);
        Assert.Equal(61, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void Of_several_signs_in_one_request_the_last_counts_and_an_earlier_one_that_comes_later_does_not()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(58, Step(30), Step(55)).Arrive(60, Step(50)).Run(1000, 1);
        Assert.Equal(115, At(Assert.Single(story.Synthesized).Span));

        // Within a second they are one sign.
        story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(58, Step(54.5), Step(55.2)).Arrive(60, Step(55)).Run(1000, 1);
        Assert.Equal(115.2, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void Several_signs_that_are_seen_late_take_the_deadline_span_back_if_the_first_was_in_time()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(90, Step(0.9), Step(50)).Run(200, 1);
        Assert.Equal(1, story.Observer.Count("retracted render_job"));

        story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(90, Step(0.9), Step(1.5)).Run(200, 1);
        Assert.Equal(1, story.Observer.Count("retracted render_job"));
    }

    [Fact]
    public void A_sign_of_life_takes_back_no_other_deadline()
    {
        var relay = Relay with { Deadlines = Relay.Deadlines with { StartToCloseNanos = 100 * Relays.Second } };
        var story = new Story(Relays.Of(relay)).Arrive(2, Publish, Ack).Arrive(51, Step(50)).Arrive(91, Step(90)).Run(115, 1).Arrive(118, Step(95)).Run(150, 1);
        Assert.Equal(["missed render_job missing_completion start_to_close_timeout"], story.Observer.Lines.Where(line => line.StartsWith("missed", StringComparison.Ordinal)));
        Assert.Equal(0, story.Observer.Count("retracted"));
    }

    [Fact]
    public void What_was_heard_of_the_first_worker_says_nothing_of_the_second()
    {
        var again = Consumer("worker.ack_wake", 40, 41).As("a2").Under("p") with { Instance = "w2" };
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(51, Step(50)).Arrive(52, again).Run(1000, 1);
        Assert.Equal(101, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void A_second_pick_up_by_the_same_worker_forgets_nothing_of_the_first()
    {
        var again = Consumer("worker.ack_wake", 40, 41).As("a2").Under("p") with { Instance = "w1" };
        var story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(51, Step(50)).Arrive(65, again).Run(1000, 1);
        Assert.Equal(110, At(Assert.Single(story.Synthesized).Span));

        again = again with { Start = 54.9, End = 55 };
        story = new Story(Relays.Of(Relay)).Arrive(2, Publish, Ack).Arrive(58, Step(54.5), Step(55.2)).Arrive(65, again).Run(1000, 1);
        Assert.Equal(115.2, At(Assert.Single(story.Synthesized).Span));
    }

    [Fact]
    public void A_span_that_does_a_part_of_the_job_is_a_sign_of_life_too()
    {
        var story = new Story(Relays.Of(Relay with { Expect = new() { Count = 2 } })).Arrive(2, Publish, Ack).Arrive(51, Complete with { Start = 50, End = 50 }).Run(1000, 1);
        Assert.Equal(110, At(Assert.Single(story.Synthesized).Span));
    }

    private static SpanSpec Step(double end) =>
        Internal("step", end - 0.5, end).As($"s{end}").Under("whatever") with { Instance = "w1" };

    private static double At(OpenTelemetry.Proto.Trace.V1.Span span) => (span.EndTimeUnixNano - (ulong)Story.Epoch) / 1e9;
}
