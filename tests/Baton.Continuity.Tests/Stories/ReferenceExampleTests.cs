using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>The reference example of docs/continuity-model.md, whole and with each of its handoffs broken.</summary>
public class ReferenceExampleTests
{
    private const double Completed = 522; // 03:13:42.000

    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.180).As("p");
    private static readonly SpanSpec AckWake = Consumer("worker.ack_wake", 0.310, 0.380).As("a").Under("p");
    private static readonly SpanSpec Run = Internal("worker.run", 0.380, Completed).As("r").Under("p");
    private static readonly SpanSpec Complete = Internal("worker.complete", Completed, Completed).As("c").Under("p");

    private static Story NewStory() => new(Relays.Of(Relays.RenderJob));

    [Fact]
    public void A_whole_job_has_its_wake_up_latency_and_its_full_link_time()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Arrive(Completed + 1, Run, Complete).Run(Completed + 1000, 1);

        Assert.Equal(
            ["opened render_job api", "joined render_job parent", "acknowledged render_job 0.130", "joined render_job parent", "completed render_job in_time 521.820"],
            story.Observer.Lines);
        Assert.Empty(story.Synthesized);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void Arrival_in_reverse_gives_the_same()
    {
        var story = NewStory().Arrive(Completed + 1, Run, Complete).Arrive(Completed + 2, AckWake).Arrive(Completed + 3, Publish).Run(Completed + 100, 1);

        Assert.Contains("acknowledged render_job 0.130", story.Observer.Lines);
        Assert.Contains("completed render_job in_time 521.820", story.Observer.Lines);
        Assert.Empty(story.Synthesized);
    }

    [Fact]
    public void Everything_delivered_twice_changes_nothing()
    {
        var once = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Arrive(Completed + 1, Run, Complete).Run(Completed + 100, 1);
        var twice = NewStory().Arrive(1, Publish, Publish).Arrive(2, AckWake).Arrive(3, Publish, AckWake)
            .Arrive(Completed + 1, Run, Complete, Complete).Arrive(Completed + 2, Complete, AckWake, Publish).Run(Completed + 100, 1);

        Assert.Equal(once.Observer.Lines, twice.Observer.Lines);
    }

    [Fact]
    public void A_lost_wake_up_is_told_in_the_producers_trace_at_schedule_to_start()
    {
        var story = NewStory().Arrive(1, Publish).Run(40.1);
        Assert.Empty(story.Synthesized); // 0.180 + 30 s + 10 s of export_lag have not passed

        story.Run(1000, 1);
        var (resource, span) = Assert.Single(story.Synthesized);
        Assert.Equal("api", resource.Resource.Attributes.Single(a => a.Key == "service.name").Value.StringValue);
        Assert.Equal("baton", resource.ScopeSpans[0].Scope.Name);
        Assert.Equal("worker.deadline", span.Name);
        Assert.Equal(Ids.Trace("t1"), span.TraceId);
        Assert.Equal(Ids.Span("p"), span.ParentSpanId);
        Assert.Equal("worker did not wake up in time", span.Status.Message);
        Assert.Equal((ulong)Story.Epoch + 180_000_000, span.StartTimeUnixNano);
        Assert.Equal((ulong)Story.Epoch + 30_180_000_000, span.EndTimeUnixNano);
        var attributes = span.Attributes.ToDictionary(a => a.Key, a => a.Value);
        Assert.Equal("2026-03-01T03:05:30.18Z", attributes["deadline_at"].StringValue);
        Assert.Equal("schedule_to_start_timeout", attributes["error.type"].StringValue);
        Assert.Equal("render_job", attributes["baton.relay"].StringValue);
        Assert.Equal("silent_sleep", attributes["baton.verdict"].StringValue);
        Assert.Equal("none", attributes["baton.evidence"].StringValue);
        Assert.Equal(30, attributes["baton.deadline.seconds"].DoubleValue);
        Assert.Equal(1, story.Observer.Count("missed render_job silent_sleep schedule_to_start_timeout"));
    }

    [Fact]
    public void A_stalled_worker_is_told_at_start_to_close_with_a_link_to_its_pick_up()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Run(2000, 1);

        var span = Assert.Single(story.Synthesized).Span;
        Assert.Equal("worker did not complete in time", span.Status.Message);
        Assert.Equal((ulong)Story.Epoch + 600_310_000_000, span.EndTimeUnixNano);
        Assert.Equal(Ids.Span("a"), Assert.Single(span.Links).SpanId);
        Assert.Contains("missed render_job missing_completion start_to_close_timeout", story.Observer.Lines);
    }

    [Fact]
    public void A_late_completion_is_told_once_as_a_recovery()
    {
        var late = Internal("worker.complete", 700, 700).As("c").Under("p");
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Arrive(701, late).Arrive(702, late).Run(6000, 1);

        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
        var recovered = story.Synthesized[1].Span;
        Assert.Equal((ulong)Story.Epoch + 600_310_000_000, recovered.StartTimeUnixNano);
        Assert.Equal((ulong)Story.Epoch + 700_000_000_000, recovered.EndTimeUnixNano);
        Assert.Equal(Ids.Span("c"), Assert.Single(recovered.Links).SpanId);
        Assert.Contains("completed render_job late 699.820", story.Observer.Lines);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void A_completion_in_time_that_arrives_too_late_takes_the_deadline_span_back()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Arrive(800, Complete).Run(801, 1);

        var recovered = story.Synthesized[1].Span;
        Assert.Equal("reported_too_early", recovered.Attributes.Single(a => a.Key == "baton.evidence").Value.StringValue);
        Assert.Equal(recovered.StartTimeUnixNano, recovered.EndTimeUnixNano);
        Assert.Equal(1, story.Observer.Count("retracted"));
        Assert.Contains("completed render_job in_time 521.820", story.Observer.Lines);
    }

    [Fact]
    public void A_worker_without_context_is_an_orphan_of_the_relay_whose_condition_it_meets()
    {
        var orphan = Consumer("worker.ack_wake", 0.310, 0.380).As("a").In("t2");
        var story = NewStory().Arrive(1, Publish).Arrive(2, orphan).Run(13);

        var (resource, span) = Assert.Single(story.Synthesized);
        Assert.Equal("worker.orphan", span.Name);
        Assert.Equal(Ids.Trace("t2"), span.TraceId);
        Assert.Equal(Ids.Span("a"), span.ParentSpanId);
        Assert.Equal("worker", resource.Resource.Attributes.Single(a => a.Key == "service.name").Value.StringValue);
        Assert.Equal("context_dropped", span.Attributes.Single(a => a.Key == "error.type").Value.StringValue);
        Assert.Contains("orphaned render_job worker unattributed", story.Observer.Lines);
    }
}
