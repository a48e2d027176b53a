using Baton.Continuity.Join;
using Baton.Testing.Engine;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What a deadline span tells the person who is woken: whether the job was lost or waits, how many others wait, and whether the worker lives.</summary>
public class EvidenceTests
{
    // schedule_to_start is 30 s, told 10 s later; so built-in relays are told at 70 s where nothing else is said.
    private static readonly ContinuityOptions User = Relays.Of(Relays.RenderJob);

    private static readonly ContinuityOptions BuiltIn = Relays.Of(Relays.Queue with
    {
        BuiltIn = true,
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 60 * Relays.Second },
    });

    private static SpanSpec Publish(string id, double at, string queue = "renders", string name = "produce.render_job") =>
        Producer(name, at, at).As(id).In(id).With("messaging.destination.name", queue);

    private static SpanSpec PickUp(string id, double at, string queue = "renders") =>
        Consumer("worker.ack_wake", at, at + 0.1).As("a" + id).In(id).Under(id).With("messaging.destination.name", queue);

    private static AnyValue? Attribute(Span span, string key) => span.Attributes.FirstOrDefault(a => a.Key == key)?.Value;

    private static string Evidence(Span span) => Attribute(span, "baton.evidence")!.StringValue;

    private static Span Told(Story story, string id) => Assert.Single(story.SpansNamed("worker.deadline"), span => span.ParentSpanId.Equals(Ids.Span(id)));

    [Fact]
    public void Nothing_moves_in_the_channel()
    {
        var story = new Story(User).Arrive(1, Publish("x", 0)).Run(100, 1);

        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_job_that_was_published_later_was_picked_up_so_this_one_was_lost(int shards)
    {
        var story = new Story(User, shards).Arrive(1, Publish("x", 0)).Arrive(6, Publish("y", 5)).Arrive(7, PickUp("y", 6)).Run(100, 1);

        Assert.Equal("overtaken", Evidence(Told(story, "x")));
    }

    [Fact]
    public void An_orphan_that_began_before_the_job_was_published_is_not_its_run_however_late_it_arrives()
    {
        var orphan = PickUp("o", 1).In("w") with { Parent = "" };
        var story = new Story(User).Arrive(21, Publish("x", 20)).Arrive(25, orphan).Run(100, 1);

        Assert.Single(story.SpansNamed("worker.orphan"));
        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Fact]
    public void A_job_that_was_published_at_the_same_time_was_not_published_later()
    {
        var story = new Story(User).Arrive(1, Publish("x", 0), Publish("y", 0)).Arrive(7, PickUp("y", 6)).Run(100, 1);

        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Jobs_that_were_published_before_are_still_picked_up_so_this_one_may_wait_its_turn(int shards)
    {
        var story = new Story(User, shards).Arrive(1, Publish("x", 0)).Arrive(6, Publish("y", 5)).Arrive(21, PickUp("x", 20)).Run(100, 1);

        Assert.Equal("queued", Evidence(Told(story, "y")));
    }

    [Fact]
    public void Another_queue_s_progress_says_nothing()
    {
        var story = new Story(User).Arrive(1, Publish("x", 0), Publish("o", 5, "other")).Arrive(7, PickUp("o", 6, "other")).Run(100, 1);

        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Fact]
    public void Progress_that_ended_before_the_job_was_published_is_none()
    {
        var story = new Story(User).Arrive(1, Publish("y", 0)).Arrive(2, PickUp("y", 1)).Arrive(101, Publish("x", 100)).Run(200, 1);

        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(3, 7)]
    public void A_built_in_relay_looks_again_while_a_job_may_wait_its_turn_and_tells_when_the_channel_stands_still(int shards, double tick)
    {
        // One pick-up every 30 s; x is the last in the queue. Its deadline passes at 60 + 10; it is looked at again every 60 s.
        var story = new Story(BuiltIn, shards);
        story.Arrive(1, [.. Enumerable.Range(0, 8).Select(i => Publish($"y{i}", i * 0.01, name: "publish")), Publish("x", 0.5, name: "publish")]);
        for (var i = 0; i < 6; i++)
        {
            story.Arrive(5 + i * 30, PickUp($"y{i}", 4 + i * 30));
        }
        story.Run(189, tick);
        Assert.DoesNotContain(story.Synthesized, s => s.Span.ParentSpanId.Equals(Ids.Span("x")));

        // The last pick-up came at 155: the look at 190 sees it, the one at 250 does not.
        story.Run(249, tick);
        Assert.DoesNotContain(story.Synthesized, s => s.Span.ParentSpanId.Equals(Ids.Span("x")));
        story.Run(258, tick);
        Assert.Equal("none", Evidence(Told(story, "x")));
    }

    [Fact]
    public void A_built_in_relay_tells_at_the_next_look_that_a_job_was_overtaken()
    {
        var story = new Story(BuiltIn).Arrive(1, Publish("y", 0, name: "publish"), Publish("x", 0.5, name: "publish")).Arrive(50, PickUp("y", 49)).Run(80, 1);
        Assert.Empty(story.Synthesized);

        story.Arrive(90, Publish("z", 89, name: "publish")).Arrive(100, PickUp("z", 99)).Run(140, 1);
        Assert.Equal("overtaken", Evidence(Told(story, "x")));
    }

    [Fact]
    public void A_built_in_relay_does_not_look_for_ever()
    {
        // The queue makes progress for more than a day, and x never has its turn.
        var story = new Story(Relays.Of(Relays.Queue with { BuiltIn = true, Deadlines = new() { ScheduleToCloseNanos = 3600 * Relays.Second } }));
        story.Arrive(1, Publish("x", 0.5, name: "publish"));
        for (var at = 0; at < 93_000; at += 3000)
        {
            story.Run(at + 10, 50).Arrive(at + 20, Publish($"y{at}", 0.25, name: "publish")).Arrive(at + 30, PickUp($"y{at}", at + 29));
        }
        story.Run(100_000, 50);

        Assert.DoesNotContain(story.Synthesized, s => s.Span.ParentSpanId.Equals(Ids.Span("x")));
        Assert.Equal(0, story.Traces);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_flowed_is_known_after_a_restart(bool checkpoint)
    {
        var story = new Story(User).Arrive(1, Publish("x", 0)).Arrive(6, Publish("y", 5)).Arrive(7, PickUp("y", 6));
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 20).Run(100, 1);

        Assert.Equal("overtaken", Evidence(Told(story, "x")));
        Assert.Equal(0, Attribute(Told(story, "x"), "baton.destination.backlog")!.IntValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_backlog_counts_who_waits_besides_in_the_same_channel(int shards)
    {
        var story = new Story(User, shards)
            .Arrive(1, Publish("x", 0))
            .Arrive(20, [.. Enumerable.Range(0, 9).Select(i => Publish($"y{i}", 19))])
            .Arrive(21, Publish("o", 20, "other"))
            .Arrive(22, PickUp("y0", 21), PickUp("y1", 21))
            .Run(45, 1);

        Assert.Equal(7, Attribute(Told(story, "x"), "baton.destination.backlog")!.IntValue);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(60, 1)]
    [InlineData(60, 4)]
    public void Of_deadlines_that_one_look_at_the_clock_tells_the_earlier_is_no_backlog_of_the_later(double ticks, int shards)
    {
        var story = new Story(User, shards).Arrive(1, Publish("x", 0)).Arrive(4, Publish("y", 3)).Arrive(6, Publish("z", 5)).Run(66, ticks);

        Assert.Equal([2, 1, 0], new[] { "x", "y", "z" }.Select(job => Attribute(Told(story, job), "baton.destination.backlog")!.IntValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void A_job_that_is_running_is_no_backlog_whether_it_is_told_or_not(double ticks)
    {
        var user = Relays.Of(Relays.RenderJob with { Deadlines = new() { ScheduleToCloseNanos = 30 * Relays.Second } });
        var story = new Story(user).Arrive(1, Publish("r", 0)).Arrive(2, PickUp("r", 1)).Arrive(4, Publish("y", 3)).Arrive(6, Publish("z", 5)).Run(66, ticks);

        Assert.Equal([1, 0], new[] { "y", "z" }.Select(job => Attribute(Told(story, job), "baton.destination.backlog")!.IntValue));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_verdict_takes_a_handoff_out_of_the_backlog_and_a_restart_counts_the_rest_anew(bool checkpoint)
    {
        var story = new Story(User).Arrive(1, Publish("x", 0)).Arrive(31, Publish("y", 30), Publish("z", 30)).Run(45, 1);
        Assert.Equal(2, Attribute(Told(story, "x"), "baton.destination.backlog")!.IntValue);

        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 50).Run(100, 1);
        Assert.Equal(1, Attribute(Told(story, "y"), "baton.destination.backlog")!.IntValue);
    }

    [Fact]
    public void A_job_whose_run_is_found_by_its_id_leaves_the_backlog_when_it_is_found()
    {
        var story = new Story(Relays.Of(Relays.RenderJob with { JobIds = [JobIdKey.Of("job")], Deadlines = new() { ScheduleToCloseNanos = 3000 * Relays.Second } }))
            .Arrive(1, Publish("x", 0).With("job", "7"), Publish("y", 0), Publish("z", 0)).Arrive(21, (PickUp("x", 20) with { Parent = "" }).In("w").With("job", "7")).Run(35);
        Assert.Equal((2, 2), Of(story));
        Assert.Equal((2, -1), Of(story.Run(70)));

        static (int, double) Of(Story story) => story.Engine.Backlogs().Where(channel => channel.Backlog > 0).Select(channel => ((int)channel.Backlog, (double)channel.Growth)).Single();
    }

    [Fact]
    public void What_nobody_is_told_of_is_no_backlog()
    {
        var story = new Story(Relays.Of()).Arrive(1, Publish("x", 0) with { Name = "publish" }).Run(10);

        Assert.All(story.Engine.Backlogs(), channel => Assert.Equal(0, channel.Backlog));
    }

    [Fact]
    public void Alive_but_not_woken_any_span_of_any_instance_of_the_usual_service_is_a_sign_of_life()
    {
        var beat = Internal("heartbeat", 35, 36.5).In("elsewhere") with { Instance = "new-pod" };
        var story = new Story(User).Arrive(1, Publish("y", 0)).Arrive(2, PickUp("y", 1) with { Instance = "old-pod" })
            .Arrive(4, Publish("x", 3)).Arrive(37, beat).Run(45, 1);

        var span = Told(story, "x");
        Assert.Equal("worker", Attribute(span, "baton.worker.service")!.StringValue);
        Assert.Equal("2026-03-01T03:05:36.5Z", Attribute(span, "baton.worker.last_seen")!.StringValue);
    }

    [Fact]
    public void The_usual_worker_is_not_whoever_helped_out_once()
    {
        var story = new Story(User);
        for (var i = 0; i < 5; i++)
        {
            story.Arrive(i + 1, Publish($"y{i}", i), PickUp($"y{i}", i + 0.1));
        }
        story.Arrive(6.5, Publish("h", 6)).Arrive(7, PickUp("h", 6).From("helper")).Arrive(9, Publish("x", 8)).Run(60, 1);

        Assert.Equal("worker", Attribute(Told(story, "x"), "baton.worker.service")!.StringValue);
    }
}
