using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What arrives, what falls due, and what Baton writes itself: in which order it counts.</summary>
public class EpochTests
{
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");

    /// <summary>Its schedule_to_start is 30 s, told 10 s later.</summary>
    private static readonly ContinuityOptions Options = Relays.Of(Relays.RenderJob);

    [Fact]
    public void What_arrived_before_anybody_looked_at_the_clock_was_there_before_the_deadline_is_told()
    {
        SpanSpec ack = Consumer("worker.ack_wake", 20, 20.1).As("a").Under("p"), done = Internal("worker.complete", 30, 31).As("c").Under("p");
        var story = new Story(Options).Arrive(1, Publish).ArriveAtOnce((50, [ack, done])).Run(100, 1);
        Assert.Empty(story.Synthesized);
        Assert.Contains("completed render_job in_time 30.900", story.Observer.Lines);
    }

    [Fact]
    public void Requests_of_one_epoch_count_together()
    {
        // The worker's span is judged at 11, between the two.
        var story = new Story(Options).Arrive(1, Consumer("worker.ack_wake", 0.5, 0.6).As("a").Under("p"))
            .ArriveAtOnce((10.9, [Internal("other", 10, 10.1).In("t2")]), (11.2, [Publish])).Run(30, 1);
        Assert.Equal((0, 1), (story.Observer.Count("producer_missing"), story.Observer.Count("joined render_job parent")));
    }

    [Fact]
    public void Baton_s_own_deadline_span_is_no_intake()
    {
        // Told at 335 is the first; intake is blind from 340 on, and the second would be told at 345.
        var story = Steady(310).Run(341);
        Assert.True(story.Engine.Blind.IntakeStopped);
        Assert.Equal(Ids.Span("first"), Assert.Single(story.Run(400, 1).Synthesized).Span.ParentSpanId);
    }

    [Fact]
    public void Until_the_stop_of_intake_stands_in_the_journal_no_time_passes()
    {
        var story = Steady(310).Run(339);
        story.JournalOwn = false;
        story.Run(345).Arrive(350).Run(375);
        Assert.False(story.Engine.HasMoreToTell);
        Assert.Equal(1, story.Observer.Count("missed"));

        // It ended when the request came: 30 s later it tells.
        story.JournalOwn = true;
        Assert.Single(story.Run(379).Synthesized);
        Assert.Equal(2, story.Run(382).Synthesized.Count);
    }

    [Fact]
    public void What_fell_due_before_a_request_is_judged_when_that_comes_though_the_stop_before_it_is_not_read_back_yet()
    {
        var story = Steady(300, Options with { ExportLagNanos = 40 * Relays.Second });
        story.Arrive(301, Consumer("worker.ack_wake", 300, 300.5).As("a").In("w").Under("unseen")).Run(330);
        story.JournalOwn = false;
        story.Run(339);
        Assert.Equal(0, story.Observer.Count("producer_missing"));
        Assert.Equal(1, story.Arrive(360, Internal("other", 359, 359.5).In("t3")).Observer.Count("producer_missing"));
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 0)]
    public void While_a_job_is_open_and_nothing_comes_it_is_written_once_a_minute_that_baton_watches(bool open, int times)
    {
        var story = new Story(Relays.Of(Relays.RenderJob with { Deadlines = new() { ScheduleToCloseNanos = 3600 * Relays.Second } }));
        Assert.Equal(times, story.Arrive(1, open ? [Publish] : []).Run(602, 1).Facts);
    }

    /// <summary>Requests every 10 s, and two jobs that nobody picks up: told at 335 and at 345, if nothing else happens.</summary>
    private static Story Steady(double until, ContinuityOptions? options = null)
    {
        var story = new Story(options ?? Options);
        for (var at = 5.0; at < until; at += 10)
        {
            story.Arrive(at, at == 295 ? [Publish.As("first") with { Start = 294.9, End = 295 }] : at == 305 ? [Publish.As("second").In("t2") with { Start = 304.9, End = 305 }] : []);
        }
        return story.Arrive(until);
    }
}
