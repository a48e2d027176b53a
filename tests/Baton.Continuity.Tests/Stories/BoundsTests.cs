using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What one trace may hold, and that a large one costs in proportion and is no trouble to others.</summary>
public class BoundsTests
{
    private static ContinuityOptions Few(int handoffs) => Relays.Of(Relays.Queue) with { HandoffsPerTrace = handoffs };

    [Fact]
    public void Of_too_many_open_jobs_in_a_trace_the_oldest_is_given_up_and_never_told_missing()
    {
        var story = new Story(Few(3));
        story.Arrive(1, [.. Enumerable.Range(0, 5).Select(i => Producer("order", 0, 0.1 * i + 0.1).As($"p{i}"))]);
        story.Run(200);
        Assert.Equal(2, story.Observer.Count("evicted queue"));
        Assert.Equal([Ids.Span("p2"), Ids.Span("p3"), Ids.Span("p4")], story.SpansNamed("worker.deadline").Select(span => span.ParentSpanId));
    }

    [Fact]
    public void Of_too_many_spans_around_a_publication_some_are_not_known()
    {
        var story = new Story(Few(2));
        story.Arrive(1, Producer("order", 0, 1).As("p").Under("o1"), Producer("o", 0, 1).As("o1").Under("o2"), Producer("o", 0, 1).As("o2").Under("o3"));
        Assert.Equal(0, story.Observer.Count("limit aliases"));
        story.Arrive(2, Producer("o", 0, 1).As("o3"));
        Assert.Equal(1, story.Observer.Count("limit aliases"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("t1/p")]
    public void A_span_that_comes_twice_waits_once(string link)
    {
        var story = new Story(Few(1));
        var waits = Consumer("process", 0, 1).As("c").Under("unseen").LinkedTo(link.Length == 0 ? [] : [link]);
        story.Arrive(1, waits).Arrive(2, waits);
        Assert.Equal(0, story.Observer.Count("limit waiting_spans"));
        story.Arrive(3, waits.As("d"));
        Assert.Equal(1, story.Observer.Count("limit waiting_spans"));
    }

    [Fact]
    public void A_completed_job_makes_room_before_an_open_one_that_is_older()
    {
        var story = new Story(Few(3));
        story.Arrive(1, Producer("order", 0, 0.1).As("open"), Producer("order", 0, 0.2).As("done"), Producer("order", 0, 0.3).As("also"));
        story.Arrive(2, Consumer("process", 0.5, 1.5).As("c").Under("done"));
        story.Arrive(3, Producer("order", 2, 2.1).As("next"));
        story.Run(200);
        Assert.Equal(0, story.Observer.Count("evicted"));
        Assert.Equal(3, story.SpansNamed("worker.deadline").Count());
    }

    [Fact]
    public void Spans_that_wait_beyond_the_limit_are_counted()
    {
        var story = new Story(Few(3));
        story.Arrive(1, [.. Enumerable.Range(0, 5).Select(i => Consumer("process", 0, 0.5).As($"c{i}").Under($"p{i}"))]);
        Assert.Equal(2, story.Observer.Count("limit waiting_spans"));
    }

    [Fact]
    public void Of_too_many_spans_of_one_job_the_oldest_are_forgotten_and_counted()
    {
        var story = new Story(Few(16));
        story.Arrive(1, Producer("order", 0, 0.1).As("p"));
        for (var i = 0; i < 200; i++)
        {
            story.Arrive(1 + i / 100.0, Consumer("process", 0.2, 0.3).As($"c{i}").Under("p"));
        }
        Assert.InRange(story.Observer.Count("limit ties"), 200 - 64, 200 - 32);
        story.Run(4000, 1);
        Assert.Equal(0, story.Traces);
    }

    [Fact]
    public void A_consumer_with_more_links_than_are_kept_completes_those_that_are_and_says_so()
    {
        var story = new Story(Relays.Of(Relays.Queue));
        for (var i = 0; i < 10_000; i += 1000)
        {
            story.Arrive(1, [.. Enumerable.Range(i, 1000).Select(n => Producer("order", 0, 0.1).As($"p{n}").In($"t{n}"))]);
        }
        story.Arrive(2, Consumer("process", 0.5, 1.5).As("batch").In("w").LinkedTo([.. Enumerable.Range(0, 10_000).Select(n => $"t{n}/p{n}")]));
        Assert.Equal(1024, story.Observer.Count("completed queue in_time"));
        Assert.Equal(1, story.Observer.Count("limit links"));
    }
}
