using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A stop at any moment: nothing that was published is forgotten, and nothing is told twice.</summary>
public class ReplayTests
{
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.180).As("p");
    private static readonly SpanSpec AckWake = Consumer("worker.ack_wake", 0.310, 0.380).As("a").Under("p");

    private static Story NewStory() => new(Relays.Of(Relays.RenderJob));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deadline_that_passes_while_baton_is_dead_is_told_after_it_has_settled(bool checkpoint)
    {
        var story = NewStory().Arrive(1, Publish);
        story = checkpoint ? story.Checkpoint() : story;
        story.Run(5).Crash(restartAt: 300).Run(329.9);
        Assert.Empty(story.Synthesized);

        story.Run(331);
        var span = Assert.Single(story.Synthesized).Span;
        Assert.Equal((ulong)Story.Epoch + 30_180_000_000, span.EndTimeUnixNano);
    }

    [Fact]
    public void What_was_published_after_the_start_is_not_held_back()
    {
        var story = NewStory().Crash(restartAt: 100)
            .Arrive(101, Producer("produce.render_job", 100.5, 100.6).As("p")).Run(142);

        Assert.Single(story.Synthesized);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_deadline_span_that_was_journaled_is_never_told_again(bool checkpointAfter)
    {
        var story = NewStory().Arrive(1, Publish).Checkpoint().Run(60, 1);
        story = checkpointAfter ? story.Checkpoint() : story;
        story.Crash(restartAt: 61).Run(5000, 1);

        Assert.Single(story.Synthesized);
        Assert.Equal(1, story.Observer.Count("missed"));
    }

    [Fact]
    public void A_deadline_span_that_was_lost_before_the_journal_is_told_again_with_the_same_id()
    {
        var told = NewStory().Arrive(1, Publish).Run(60, 1).Synthesized.Single().Span;
        var story = NewStory().Arrive(1, Publish);
        story.JournalOwn = false;
        story.Run(60, 1).Crash(restartAt: 61).Run(200, 1);

        Assert.Equal(told.SpanId, Assert.Single(story.Synthesized).Span.SpanId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recovery_span_that_was_owed_at_the_crash_is_told_once(bool checkpoint)
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake).Run(650, 1);
        story.JournalOwn = false;
        story.Arrive(701, Internal("worker.complete", 700, 700).As("c").Under("p"));
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 710).Run(800, 1).Crash(restartAt: 801).Run(900, 1);

        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_orphan_span_that_was_owed_at_the_crash_is_told_once(bool checkpoint)
    {
        var story = NewStory().Arrive(2, AckWake with { Parent = "" });
        story.JournalOwn = false;
        story.Run(20);
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 25).Run(100, 1).Crash(restartAt: 101).Run(600, 1);

        Assert.Equal(["worker.orphan"], story.Synthesized.Select(s => s.Span.Name));
    }

    [Fact]
    public void A_completion_that_arrives_between_a_deadline_s_decision_and_its_journal_entry_recovers()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake);
        story.Run(620, 1);
        Assert.Single(story.Synthesized);
        story.Crash(restartAt: 621).Arrive(701, Internal("worker.complete", 700, 700).As("c").Under("p")).Run(900, 1);

        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_handoff_keeps_its_relay_when_another_is_put_before_it_in_the_configuration(bool checkpoint)
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, AckWake);
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 10, Relays.Of(Relays.Queue with { Produce = Relays.Parse("span.name == \"other\"") }, Relays.RenderJob))
            .Arrive(522, Internal("worker.complete", 520, 520).As("c").Under("p")).Run(530, 1);

        Assert.Contains("completed render_job in_time 519.820", story.Observer.Lines);
        Assert.Equal(["callback", "default", "queue", "render_job"], story.Engine.Relays().Select(relay => relay.Relay).Order());
    }

    [Fact]
    public void The_open_handoffs_are_counted_anew_after_a_start()
    {
        var story = NewStory().Arrive(1, Publish).Checkpoint().Crash(restartAt: 10).Run(11);

        var relay = Assert.Single(story.Engine.Relays(), relay => relay.Relay == "render_job");
        Assert.Equal((1, 0, 0), (relay.Waiting, relay.Running, relay.Missed));
    }

    [Fact]
    public void An_orphan_that_is_owed_is_not_forgotten_in_a_replay_that_judges_it_late()
    {
        var story = NewStory().Arrive(1, Consumer("worker.ack_wake", 0.310, 0.380).As("o").In("w")).Crash(restartAt: 600);
        story.JournalOwn = false;
        story.Run(640).Arrive(650, Internal("work", 649, 649.5).As("x").In("other"));

        story.Crash(restartAt: 660).Run(5000, 1);

        Assert.Single(story.SpansNamed("worker.orphan"));
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void A_recovery_that_is_owed_is_not_forgotten_in_a_replay()
    {
        var story = NewStory().Arrive(1, Publish).Run(60, 1);
        story.JournalOwn = false;
        story.Arrive(100, Internal("worker.complete", 99, 99.5).As("c").Under("p")).Run(101).Arrive(900, Internal("work", 899, 899.5).As("x").In("other"));

        story.Crash(restartAt: 905).Run(5000, 1);

        Assert.Single(story.SpansNamed("worker.recovered"));
        Assert.Equal(0, story.Traces);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_deadline_span_after_one_that_was_taken_back_keeps_its_id_over_a_crash(bool journaled)
    {
        Story Begin() => new Story(Relays.Of(Relays.RenderJob))
            .Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(60, Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"))
            .Arrive(600, Producer("another", 599, 599.1).As("x").In("t2"));
        var whole = Begin().Run(900, 1);

        var crashed = Begin();
        crashed.JournalOwn = journaled;
        crashed.Run(620, 1).Crash(630).Run(900, 1);
        Assert.Equal(whole.Synthesized.Select(s => s.Span.SpanId), crashed.Synthesized.Select(s => s.Span.SpanId));
        Assert.Equal(3, whole.Synthesized.Count);
    }
}
