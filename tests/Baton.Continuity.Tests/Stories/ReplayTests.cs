using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A stop at any moment: nothing that was published is forgotten, and nothing is told twice.</summary>
public class ReplayTests
{
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.180).As("p");
    private static readonly SpanSpec AckWake = Consumer("worker.ack_wake", 0.310, 0.380).As("a").Under("p");

    private static Story NewStory() => new(Relays.Of(Relays.RenderJob));

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
    public void A_job_that_is_replayed_after_its_relay_was_taken_out_of_the_configuration_has_a_quarter_of_an_hour()
    {
        var story = NewStory().Arrive(1, Publish).Crash(restartAt: 10, Relays.Of(Relays.Queue)).Run(1000, 1);
        Assert.Equal((ulong)Story.Epoch + 900_180_000_000, Assert.Single(story.SpansNamed("worker.deadline")).EndTimeUnixNano);
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
    public void Of_what_a_trace_owes_only_that_is_told_again_which_was_not_journaled()
    {
        static SpanSpec Orphan(string id, double at) => Consumer("worker.ack_wake", at, at + 0.1).As(id).In("w");
        var story = NewStory().Arrive(1, Orphan("o1", 0)).Run(20).Arrive(21, Orphan("o2", 20));
        story.JournalOwn = false;
        story.Run(40).Crash(restartAt: 41).Run(200);

        Assert.Equal([Ids.Span("o1"), Ids.Span("o2")], story.SpansNamed("worker.orphan").Select(span => span.ParentSpanId));
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
