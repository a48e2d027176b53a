using Baton.Continuity.Judge;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Silence proves something only while Baton can see. blind_after and settle are 30 s, sender_retry is 5 min, export_lag 10 s.</summary>
public class BlindnessTests
{
    private static SpanSpec Publish(double at) => Producer("produce.render_job", at, at).As("p");

    /// <summary>Requests without a span, as metrics and logs are, every 10 s until then; and the handoff `p`, published at 309 s.</summary>
    private static Story Steady(double until = 310, double every = 10)
    {
        var story = new Story(Relays.Of(Relays.RenderJob));
        for (var at = 5.0; at < until; at += every)
        {
            story.Arrive(at);
        }
        return story.Arrive(until, Publish(until - 1));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(7)]
    public void While_intake_that_was_steady_brings_nothing_no_deadline_is_told(double tick)
    {
        // Intake stops at 310; schedule_to_start passes at 339, and would be told at 349.
        var story = Steady().Run(340, tick);
        Assert.False(story.Engine.Blind.IntakeStopped);
        story.Run(500, tick);

        Assert.True(story.Engine.Blind.IntakeStopped);
        Assert.Empty(story.Synthesized);

        // A request ends it, and then senders have 30 s to deliver what they kept.
        story.Arrive(505).Run(534.9, tick);
        Assert.Empty(story.Synthesized);
        Assert.True(story.Engine.Blind.IntakeStopped);

        story.Arrive(535).Run(545, tick);
        Assert.Equal("worker.deadline", Assert.Single(story.Synthesized).Span.Name);
        Assert.False(story.Engine.Blind.IntakeStopped);
    }

    [Fact]
    public void For_settle_after_blindness_nothing_at_all_is_judged_not_even_what_came_since()
    {
        // A worker's span whose producer's exporter still backs off.
        var story = Steady().Run(500, 1).Arrive(505, Consumer("worker.ack_wake", 480, 481).As("a").In("t2").Under("x")).Run(534, 1);
        Assert.Equal(0, story.Observer.Count("producer_missing"));

        story.Arrive(534.5, Producer("produce.render_job", 479, 479.5).As("x").In("t2")).Run(560, 1);
        Assert.Equal(0, story.Observer.Count("producer_missing"));
        Assert.Equal(1, story.Observer.Count("joined render_job parent"));
    }

    [Fact]
    public void Fewer_than_ten_windows_in_a_row_are_not_steady()
    {
        var story = Steady(until: 265).Run(400, 1);

        Assert.Single(story.Synthesized);
    }

    [Fact]
    public void After_blindness_steadiness_has_to_be_shown_anew()
    {
        var story = Steady().Run(400, 1).Arrive(401).Arrive(402, Publish(402).As("q").In("t2")).Run(500, 1);

        Assert.Equal(2, story.Synthesized.Count);
    }

    [Fact]
    public void A_handoff_that_waited_through_blindness_longer_than_senders_retry_is_unknown()
    {
        var story = Steady().Run(610, 1);
        Assert.False(story.Engine.Blind.SenderRetry);
        story.Run(700, 1);
        Assert.True(story.Engine.Blind.SenderRetry);

        story.Arrive(705).Run(734, 1);
        Assert.Equal(0, story.Observer.Count("unknown"));
        story.Run(5000, 1);

        Assert.Equal(["unknown render_job"], story.Observer.Lines.Where(line => line.StartsWith("unknown", StringComparison.Ordinal)));
        Assert.Empty(story.Synthesized);
        Assert.Equal(0, story.Traces);
        Assert.False(story.Engine.Blind.SenderRetry);
    }

    [Fact]
    public void What_was_published_after_such_blindness_is_told_as_ever()
    {
        var story = Steady().Run(700, 1).Arrive(705, Publish(704).As("q").In("t2")).Run(1000, 1);

        Assert.Equal(1, story.Observer.Count("unknown"));
        Assert.Equal(Ids.Span("q"), Assert.Single(story.Synthesized).Span.ParentSpanId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blindness_outlasts_a_restart(bool checkpoint)
    {
        var story = Steady().Run(400, 1);
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 410).Run(600, 1);
        Assert.True(story.Engine.Blind.IntakeStopped);
        Assert.Empty(story.Synthesized);

        story.Arrive(605).Run(700, 1);
        Assert.Single(story.Synthesized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Intake_that_was_steady_before_a_restart_and_never_comes_back_is_blindness(bool checkpoint)
    {
        var story = Steady().Run(315, 1);
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 320).Run(900, 1);

        Assert.True(story.Engine.Blind.IntakeStopped);
        Assert.Empty(story.Synthesized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_stop_longer_than_senders_retry_what_waited_through_it_is_unknown(bool checkpoint)
    {
        var story = new Story(Relays.Of(Relays.RenderJob)).Arrive(1, Publish(0));
        story = checkpoint ? story.Checkpoint() : story;
        story.Crash(restartAt: 400).Run(429, 1);
        Assert.Equal(0, story.Observer.Count("unknown"));
        story.Run(500, 1);

        Assert.Equal(1, story.Observer.Count("unknown"));
        Assert.Empty(story.Synthesized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_short_stop_in_a_long_quiet_night_is_no_long_blindness(bool checkpoint)
    {
        // Nothing arrives for 13 minutes while the job runs, and Baton is restarted in the middle: its silence is still proof.
        var story = new Story(Relays.Of(Relays.RenderJob)).Arrive(1, Publish(0), Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"));
        story = checkpoint ? story.Checkpoint() : story;
        story.Run(500, 1).Crash(restartAt: 505).Run(700, 1);

        Assert.Equal(0, story.Observer.Count("unknown"));
        Assert.Single(story.Synthesized);
    }

    [Fact]
    public void The_end_of_a_recorded_stream_is_no_blindness()
    {
        var story = Steady();
        story.Engine.IntakeHasEnded = true;
        story.Run(400, 1);

        Assert.Equal(new BlindGauges(false, false, false), story.Engine.Blind);
        Assert.Single(story.Synthesized);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(3, 5)]
    public void The_unarmed_learn_nothing_from_silence_while_baton_is_blind(int shards, double tick)
    {
        // The default relay's trial: 20 handoffs, picked up in what a dead network holds back.
        var story = new Story(Relays.Of(Relays.Default with { Deadlines = new() { ScheduleToCloseNanos = 25 * Relays.Second } }), shards);
        for (var at = 5; at < 310; at += 10)
        {
            story.Arrive(at);
        }
        SpanSpec Send(int i, double at) => Producer("send", at, at).As($"p{i}").In($"t{i}").With("messaging.destination.name", "orders");
        SpanSpec Work(int i, double at) => Consumer("process", at, at + 1).As($"c{i}").Under($"p{i}").In($"t{i}").With("messaging.destination.name", "orders");
        story.Arrive(311, [.. Enumerable.Range(0, 20).Select(i => Send(i, 310))]).Run(500, tick)
            .Arrive(505, [.. Enumerable.Range(0, 20).Select(i => Work(i, 312))])
            .Arrive(510, Send(20, 509)).Run(600, tick);

        Assert.True(story.Engine.Channels().Single(channel => channel.Destination == "orders").Armed);
        Assert.Equal(1, story.Observer.Count("missed default"));
    }
}
