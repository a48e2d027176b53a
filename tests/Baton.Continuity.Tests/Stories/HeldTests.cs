using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>
/// Deadlines that pass while none may be told, because entries are still read: what can only be told waits, unlooked at, and whatever else may
/// come of it is decided at once, as a replay decides it too. The deadline of schedule_to_start is told at 40.1.
/// </summary>
public class HeldTests
{
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");
    private static readonly SpanSpec Other = Internal("other", 49, 49.5).As("o").In("other");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_is_told_once_and_then_forgotten_from_before_a_start_or_not(int shards)
    {
        foreach (var restarted in (bool[])[false, true])
        {
            var story = Published(shards);
            story = restarted ? story.Checkpoint().Crash(restartAt: 4) : story;
            story.ArriveAtOnce((50, [Other]));
            Assert.Empty(story.Synthesized);
            story.Run(51);
            Assert.Equal(Ids.Span("p"), Assert.Single(story.Synthesized).Span.ParentSpanId);
            Assert.Equal(0, story.Run(20_000, 10).Traces);
            Assert.Single(story.Synthesized);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Held_from_before_a_start_it_is_done_before_anybody_looks(int shards)
    {
        var story = Published(shards).Checkpoint().Crash(restartAt: 4).ArriveAtOnce((50, [Other]));
        story.ArriveAtOnce((51, [Consumer("worker.ack_wake", 20, 20.1).As("a").Under("p"), Internal("worker.complete", 30, 31).As("c").Under("p")])).Run(60);
        Assert.Empty(story.Synthesized);
        Assert.Contains("completed render_job in_time 30.900", story.Observer.Lines);
        Assert.Equal(0, story.Run(20_000, 10).Traces);
    }

    [Fact]
    public void Picked_up_while_it_is_held_it_has_its_next_deadline()
    {
        var story = Published(1).Checkpoint().Crash(restartAt: 4).ArriveAtOnce((50, [Other]));
        story.ArriveAtOnce((51, [Consumer("worker.ack_wake", 20, 20.1).As("a").Under("p")])).Run(60);
        Assert.Empty(story.Synthesized);
        var told = Assert.Single(story.Run(1000, 1).Synthesized).Span;
        Assert.Equal((ulong)Story.Epoch + 620_000_000_000, told.EndTimeUnixNano);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void After_a_stop_that_was_too_long_it_is_given_up_at_once(int shards)
    {
        var story = Published(shards).Checkpoint().Crash(restartAt: 400).ArriveAtOnce((450, [Other]));
        Assert.Equal(1, story.Observer.Count("unknown"));
        Assert.Equal(0, story.Engine.Relays().Sum(relay => relay.Waiting));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_changed_relay_does_not_tell_lapses_at_once(int shards)
    {
        var story = Published(shards).Checkpoint().Crash(restartAt: 4, Relays.OfAfterOthers(Relays.RenderJob with { Arming = RelayArming.AfterCompletion }));
        Assert.Equal(1, story.Engine.Relays().Sum(relay => relay.Waiting));
        story.ArriveAtOnce((50, [Other]));
        Assert.Equal(0, story.Engine.Relays().Sum(relay => relay.Waiting));
        Assert.Empty(story.Run(100, 1).Synthesized);
    }

    [Fact]
    public void What_its_trace_waits_for_is_judged_at_once()
    {
        var story = Published(1).Arrive(30.1, Consumer("worker.ack_wake", 30, 30.05).As("a").Under("gone").In("p")).ArriveAtOnce((50, [Other]));
        Assert.Equal(0, story.Observer.Count("missed"));
        Assert.Equal(1, story.Observer.Count("joined render_job") + story.Observer.Count("producer_missing"));
    }

    [Fact]
    public void What_names_no_producer_and_comes_while_its_trace_is_held_from_before_a_start_is_judged_at_its_time()
    {
        var story = Published(3).Checkpoint().Crash(restartAt: 4).ArriveAtOnce((50, [Other]));
        story.ArriveAtOnce((51, [Consumer("worker.ack_wake", 50, 50.5).As("a").Under("gone").In("t1")]));
        story.ArriveAtOnce((70, [Other]));
        Assert.Equal(1, story.Observer.Count("joined render_job") + story.Observer.Count("producer_missing"));
    }

    [Fact]
    public void What_no_relay_tells_lapses_at_once()
    {
        RelayDefinition[] relays =
        [
            Relays.RenderJob with { Arming = RelayArming.AfterCompletion },
            Relays.RenderJob with { Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 0 } },
        ];
        foreach (var relay in relays)
        {
            var story = new Story(Relays.Of(relay)).Arrive(1, Publish);
            Assert.Equal(1, story.Engine.Relays().Sum(r => r.Waiting));
            story.ArriveAtOnce((50, [Other]));
            Assert.Equal(0, story.Engine.Relays().Sum(r => r.Waiting));
        }
    }

    [Fact]
    public void What_was_told_is_forgotten_at_once()
    {
        var story = Published(1).Run(60);
        Assert.Equal((1, 1), (story.Synthesized.Count, story.Traces));
        Assert.Equal(0, story.ArriveAtOnce((20_000, [Other])).Traces);
    }

    [Fact]
    public void What_came_later_than_senders_retry_is_given_up_at_once()
    {
        var story = new Story(Relays.Of(Relays.RenderJob)).Arrive(301, Publish).ArriveAtOnce((700, [Other]));
        Assert.Equal(1, story.Observer.Count("unknown"));
    }

    [Fact]
    public void A_job_that_lapses_when_an_entry_from_before_the_start_wakes_too_lapses_once()
    {
        var story = Published(3, Relays.RenderJob with { Arming = RelayArming.AfterCompletion }).Checkpoint();
        story.Arrive(3.5, Producer("produce.render_job", 3, 3.2).As("q")).Crash(restartAt: 4);
        Assert.Equal(2, story.Engine.Relays().Sum(r => r.Waiting));
        foreach (var (at, waiting) in ((double, long)[])[(40.3, 1), (400, 0), (2000, 0)])
        {
            story.ArriveAtOnce((at, [Other]));
            Assert.Equal(waiting, story.Engine.Relays().Sum(r => r.Waiting));
        }
    }

    private static Story Published(int shards, RelayDefinition? relay = null) => Relays.AfterOthers(relay ?? Relays.RenderJob, shards).Arrive(1, Publish).Run(3);
}
