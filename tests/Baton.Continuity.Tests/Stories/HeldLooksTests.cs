using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>
/// How often a trace is looked at while its deadline may not be told: not at all, and once if it has to be. Over several shards each look fetches it
/// from the store. The deadline of schedule_to_start is told at 40.1.
/// </summary>
public class HeldLooksTests
{
    private const string Trace = "t1";
    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");
    private static readonly SpanSpec Second = Producer("produce.render_job", 50, 50.5).As("q");
    private static readonly SpanSpec PickUp = Consumer("worker.ack_wake", 20, 20.25).As("a").Under("p");
    private static readonly SpanSpec Complete = Internal("worker.complete", 40, 41).As("c").Under("p");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_waits_without_a_look_until_it_is_told(bool restarted)
    {
        var story = Published(restarted);
        Assert.Equal(0, LooksUntil(story, 50, 60, 70));
        Assert.Equal(Ids.Span("p"), Assert.Single(story.Run(80).Synthesized).Span.ParentSpanId);
    }

    [Fact]
    public void So_does_one_that_was_picked_up_in_its_trace()
    {
        var story = Published(false).Arrive(21, PickUp).Run(40);
        Assert.Equal(0, LooksUntil(story, 700, 710));
        Assert.Single(story.Run(720).Synthesized);
    }

    [Fact]
    public void So_does_one_that_came_as_late_as_senders_retry()
    {
        var story = new Story(Relays.Of(Relays.RenderJob), 3).Arrive(300.25, Producer("produce.render_job", 0, 0.25).As("p"));
        Assert.Equal(0, LooksUntil(story, 700, 710));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_job_of_its_trace_is_heard_of_and_it_goes_on_waiting(bool restarted)
    {
        var story = Published(restarted);
        LooksUntil(story, 50);
        story.ArriveAtOnce((51, [Second]));
        Assert.Equal(0, LooksUntil(story, 60, 70));
        Assert.Equal(Ids.Span("p"), Assert.Single(story.Run(80).Synthesized).Span.ParentSpanId);
        Assert.Equal(Ids.Span("q"), story.Run(100).Synthesized[^1].Span.ParentSpanId);
        Assert.Equal(2, story.Synthesized.Count);
    }

    [Fact]
    public void Once_it_was_looked_at_it_is_looked_at_no_more()
    {
        var story = Published(false).Arrive(3.5, Producer("produce.render_job", 0.2, 0.3).As("q"));
        Assert.InRange(LooksUntil(story, 50), 1, 2);
        Assert.Equal(0, LooksUntil(story, 60, 70));
        Assert.Equal(2, story.Run(80).Synthesized.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Once_its_job_is_done_it_is_not_asked(bool restarted)
    {
        var story = Published(restarted);
        Assert.Equal(0, LooksUntil(story, 50));
        story.ArriveAtOnce((51, [Complete]));
        LooksUntil(story, 60); // its spans are forgotten
        var looks = story.LoadsOf(Trace);
        Assert.Empty(story.Run(61).Synthesized);
        Assert.Equal(looks, story.LoadsOf(Trace));
    }

    [Fact]
    public void What_a_start_has_left_of_a_job_that_is_done_meanwhile_is_not_asked_again()
    {
        var story = Published(true);
        story.ArriveAtOnce((21, [PickUp]));
        LooksUntil(story, 50);
        story.ArriveAtOnce((51, [Complete]));
        Assert.InRange(LooksUntil(story, 60), 1, 2);
        Assert.Equal(0, story.Traces);
        var looks = story.LoadsOf(Trace);
        story.Run(61);
        Assert.Equal((0, looks), (story.Synthesized.Count, story.LoadsOf(Trace)));
    }

    private static Story Published(bool restarted)
    {
        var story = Relays.AfterOthers(Relays.RenderJob, 3).Arrive(1, Publish).Run(3);
        return restarted ? story.Checkpoint().Crash(restartAt: 4) : story;
    }

    /// <summary>Other entries arrive, and nobody looks at the clock.</summary>
    private static int LooksUntil(Story story, params double[] times)
    {
        var before = story.LoadsOf(Trace);
        foreach (var at in times)
        {
            story.ArriveAtOnce((at, [Internal("other", at - 1, at - 0.5).As($"o{at}").In("other")]));
        }
        return story.LoadsOf(Trace) - before;
    }
}
