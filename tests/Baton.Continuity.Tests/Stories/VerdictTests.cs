using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What is concluded, and what must not be: silence of a queue that nobody instrumented pages nobody.</summary>
public class VerdictTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("messaging.destination.name", "orders");
    private static readonly SpanSpec Process = Consumer("process", 0.2, 1).As("c").Under("p").With("messaging.destination.name", "orders");

    [Fact]
    public void Without_an_acknowledge_of_its_own_nothing_seen_is_a_missing_completion_not_a_sleep()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Publish).Run(100, 1);

        Assert.Contains("missed queue missing_completion schedule_to_close_timeout", story.Observer.Lines);
        Assert.Equal("worker did not complete in time", Assert.Single(story.Synthesized).Span.Status.Message);
    }

    [Fact]
    public void A_failed_last_attempt_is_told_as_failed()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Publish, Process.Failed()).Run(100, 1);

        Assert.Contains("missed queue failed schedule_to_close_timeout", story.Observer.Lines);
        var span = Assert.Single(story.Synthesized).Span;
        Assert.Equal("worker failed, and did not complete in time", span.Status.Message);
        Assert.Equal("attempt_failed", span.Attributes.Single(a => a.Key == "baton.evidence").Value.StringValue);
    }

    [Fact]
    public void A_retry_after_a_failed_attempt_completes_and_counts_as_a_redelivery()
    {
        var retry = Consumer("process", 3, 4).As("c2").Under("p");
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(2, Publish, Process.Failed()).Arrive(5, retry).Run(100, 1);

        Assert.Equal(1, story.Observer.Count("redelivered queue"));
        Assert.Contains("completed queue in_time 3.900", story.Observer.Lines);
        Assert.Contains("acknowledged queue 0.100", story.Observer.Lines);
        Assert.Empty(story.Synthesized);
    }

    [Theory]
    [InlineData("exception")]
    [InlineData("job failed")]
    public void An_event_of_failure_on_a_completing_span_is_a_failed_attempt(string name)
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Publish, Process with { Events = [name] }).Run(100, 1);

        Assert.Equal(1, story.Observer.Count("missed queue failed"));
    }

    [Fact]
    public void The_default_relay_says_nothing_of_a_channel_that_it_has_not_learned()
    {
        var story = new Story(Relays.Of()).Arrive(1, Publish).Run(3000, 10);

        Assert.Equal(["opened default api"], story.Observer.Lines);
        Assert.Empty(story.Synthesized);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void The_default_relay_tells_a_miss_once_the_channel_has_shown_twenty_acknowledged_handoffs()
    {
        var story = new Story(Relays.Of());
        for (var i = 0; i < 20; i++)
        {
            story.Arrive(i + 1.0, Shift(Publish, i).As($"p{i}").In($"t{i}"), Shift(Process, i).As($"c{i}").Under($"p{i}").In($"t{i}"));
        }
        story.Arrive(40, Shift(Publish, 30)).Run(2000, 10);

        Assert.Equal(1, story.Observer.Count("missed default missing_completion"));
        var span = Assert.Single(story.Synthesized).Span;
        Assert.Equal("worker", span.Attributes.Single(a => a.Key == "baton.worker.service").Value.StringValue);
    }

    [Fact]
    public void A_channel_whose_worker_always_exports_first_is_armed_too()
    {
        var story = new Story(Relays.Of());
        for (var i = 0; i < 20; i++)
        {
            story.Arrive(i + 1.0, Shift(Process, i).As($"c{i}").Under($"p{i}").In($"t{i}")).Arrive(i + 1.5, Shift(Publish, i).As($"p{i}").In($"t{i}"));
        }
        story.Arrive(40, Shift(Publish, 30)).Run(2000, 10);

        Assert.Single(story.Synthesized);
    }

    [Fact]
    public void A_worker_s_clock_in_the_far_future_raises_no_false_alarm()
    {
        var far = 9_000_000_000.0;
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(2, Consumer("worker.ack_wake", far, far).As("a").Under("p"))
            .Arrive(300, Internal("worker.complete", 299, far).As("c").Under("p"))
            .Run(2000, 5);

        Assert.Empty(story.Synthesized);
        Assert.Contains("completed render_job in_time 299.900", story.Observer.Lines);
    }

    [Fact]
    public void Four_thousand_spans_that_wait_for_one_producer_are_joined_without_recursion()
    {
        var story = new Story(Relays.Of(Relays.Queue));
        story.Arrive(1, [.. Enumerable.Range(0, 4000).Select(i => Process.As($"c{i}").Under(i == 0 ? "p" : $"c{i - 1}"))]).Arrive(2, Publish).Run(3);

        Assert.Equal(4000, story.Observer.Count("joined queue parent"));
    }

    [Fact]
    public void A_tenth_sampled_never_arms_the_default_relay()
    {
        var story = new Story(Relays.Of());
        for (var i = 0; i < 300; i++)
        {
            story.Arrive(i + 1.0, Shift(Publish, i).As($"p{i}").In($"t{i}"));
            if (i % 10 == 0)
            {
                story.Arrive(i + 1.5, Shift(Process, i).As($"c{i}").Under($"p{i}").In($"t{i}"));
            }
        }
        story.Run(4000, 10);

        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void The_callback_relay_tells_a_miss_only_once_a_completion_was_seen()
    {
        var publish = Producer("produce.thing", 0, 0.1).As("p");
        Assert.Empty(new Story(Relays.Of()).Arrive(1, publish).Run(2000, 10).Synthesized);

        var story = new Story(Relays.Of())
            .Arrive(1, publish.In("t0"), Internal("worker.complete", 0.5, 0.5).As("c").In("t0").Under("p"))
            .Arrive(2, publish)
            .Run(2000, 10);
        Assert.Contains("missed callback silent_sleep schedule_to_close_timeout", story.Observer.Lines);
    }

    [Fact]
    public void A_producer_that_never_came_is_counted_once_per_attempt_and_is_no_orphan()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Process, Process.As("c2").Under("c")).Run(400, 1);

        Assert.Equal(["producer_missing default worker"], story.Observer.Lines);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void An_unsampled_producer_is_only_counted_in_the_default_relay()
    {
        var root = Process with { Parent = "" };
        var story = new Story(Relays.Of()).Arrive(1, root).Run(400, 1);

        Assert.Equal(["orphaned default worker unattributed"], story.Observer.Lines);
        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void A_scheduler_s_root_is_no_orphan()
    {
        var story = new Story(Relays.Of()).Arrive(1, Consumer("tick", 0, 1)).Run(400, 1);

        Assert.Empty(story.Observer.Lines);
    }

    [Fact]
    public void Work_below_a_poll_root_that_is_tied_to_nothing_is_an_orphan_the_poll_is_not()
    {
        var poll = Consumer("poll", 0, 2).As("poll").With("messaging.operation.type", "receive");
        var work = Consumer("process", 0.5, 1).As("w").Under("poll").With("messaging.operation.type", "process");
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Publish.In("t9")).Arrive(3, work, poll).Run(14);

        Assert.Equal(["orphaned default worker unattributed"], story.Observer.Lines.Where(l => l.StartsWith("orphaned", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_miss_says_that_orphans_of_its_relay_began_meanwhile()
    {
        var orphan = Consumer("worker.ack_wake", 0.5, 0.6).As("a").In("t2");
        var story = new Story(Relays.Of(Relays.RenderJob)).Arrive(1, Producer("produce.render_job", 0, 0.1).As("p")).Arrive(2, orphan).Run(100, 1);

        var span = Assert.Single(story.SpansNamed("worker.deadline"));
        Assert.Equal("orphans_seen", span.Attributes.Single(a => a.Key == "baton.evidence").Value.StringValue);
        Assert.Equal("worker was not woken, or ran without the trace context", span.Status.Message);
    }

    [Fact]
    public void A_pick_up_in_time_that_is_seen_late_takes_the_deadline_span_back()
    {
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(60, Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"))
            .Run(61);

        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Equal(1, story.Observer.Count("retracted render_job"));
    }

    [Fact]
    public void After_a_retracted_miss_the_deadlines_that_are_left_are_told_under_an_id_of_their_own()
    {
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(60, Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"))
            .Arrive(1001, Internal("worker.complete", 1000, 1000).As("c").Under("p"))
            .Run(6000, 5);

        Assert.Equal(["worker.deadline", "worker.recovered", "worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Equal(4, story.Synthesized.Select(s => s.Span.SpanId).Distinct().Count());
        Assert.Equal(1, story.Observer.Count("missed render_job missing_completion start_to_close_timeout"));
        Assert.Contains("completed render_job late 999.900", story.Observer.Lines);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void After_a_retracted_miss_the_completion_is_measured_by_the_deadlines_that_are_left()
    {
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(60, Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"))
            .Arrive(101, Internal("worker.complete", 100, 100).As("c").Under("p"))
            .Run(102);

        Assert.Contains("completed render_job in_time 99.900", story.Observer.Lines);
        Assert.Equal(2, story.Synthesized.Count);
    }

    [Fact]
    public void A_queue_of_which_only_fetching_is_seen_is_no_miss_in_a_built_in_relay()
    {
        var story = new Story(Relays.Of());
        for (var i = 0; i < 40; i++)
        {
            story.Arrive(i + 1.0, Shift(Publish, i).As($"p{i}").In($"t{i}"),
                Shift(Process, i).As($"c{i}").Under($"p{i}").In($"t{i}").With("messaging.operation.type", "receive"));
        }
        story.Run(3000, 10);

        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void Clock_skew_is_counted_and_the_latency_is_zero()
    {
        var story = new Story(Relays.Of(Relays.Queue))
            .Arrive(10, Producer("publish", 5, 5.1).As("p")).Arrive(11, Consumer("process", 4, 6).As("c").Under("p")).Run(20);

        Assert.Contains("acknowledged queue 0.000", story.Observer.Lines);
        Assert.Equal(1, story.Observer.Count("skewed queue"));
    }

    [Fact]
    public void A_producer_s_clock_ahead_does_not_move_its_deadline_into_the_future()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Producer("publish", 86400, 86400.1).As("p")).Run(72, 1);

        Assert.Equal((ulong)Story.Epoch + 61_000_000_000, Assert.Single(story.Synthesized).Span.EndTimeUnixNano);
    }

    [Fact]
    public void A_bulk_publication_completes_when_all_have_completed()
    {
        var bulk = Publish.With("messaging.batch.message_count", 3);
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, bulk, Process, Process.As("c2")).Run(5);
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Arrive(6, Process.As("c3")).Run(100, 1);
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
        Assert.Empty(story.Synthesized);
    }

    internal static SpanSpec Shift(SpanSpec span, double by) => span with { Start = span.Start + by, End = span.End + by };
}
