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
            story = restarted ? story.Checkpoint().Crash(restartAt: 2) : story;
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
        var story = Published(shards).Checkpoint().Crash(restartAt: 2).ArriveAtOnce((50, [Other]));
        story.ArriveAtOnce((51, [Consumer("worker.ack_wake", 20, 20.1).As("a").Under("p"), Internal("worker.complete", 30, 31).As("c").Under("p")])).Run(60);
        Assert.Empty(story.Synthesized);
        Assert.Contains("completed render_job in_time 30.900", story.Observer.Lines);
        Assert.Equal(0, story.Run(20_000, 10).Traces);
    }

    [Fact]
    public void Picked_up_while_it_is_held_it_has_its_next_deadline()
    {
        var story = Published(1).Checkpoint().Crash(restartAt: 2).ArriveAtOnce((50, [Other]));
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
        var story = Published(shards).Checkpoint().Crash(restartAt: 2, Relays.Of(Relays.RenderJob with { Arming = RelayArming.AfterCompletion }));
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
        Assert.Equal(1, story.Observer.Count("joined") + story.Observer.Count("producer_missing"));
    }

    private static Story Published(int shards) => new Story(Relays.Of(Relays.RenderJob), shards).Arrive(1, Publish);
}
