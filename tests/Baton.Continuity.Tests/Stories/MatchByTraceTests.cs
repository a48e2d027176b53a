using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What a span names was not seen: whether its trace has just one job that it can mean.</summary>
public class MatchByTraceTests
{
    private const string Destination = "messaging.destination.name";

    [Fact]
    public void A_job_that_is_done_is_not_meant() =>
        Assert.Equal(1, New(Relays.Queue).Arrive(3, Publish("done"), Work("c", "done")).Arrive(4, Publish("open"), Work("lost", "unseen")).Run(20)
            .Observer.Facts.Count(fact => fact.Line == "joined queue trace" && fact.Span == IdOf("open")));

    [Theory]
    [InlineData("worker", "joined queue trace")]
    [InlineData("another", "producer_missing default another")]
    public void A_span_of_another_destination_means_the_job_that_the_same_service_picked_up(string service, string told)
    {
        var story = New(Relays.Queue).Arrive(3, Publish("p"), Work("c", "p").Failed(), Work("lost", "unseen", "elsewhere").From(service)).Run(20);
        Assert.Contains(told, story.Observer.Lines);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("orders", true)]
    [InlineData("elsewhere", false)]
    public void A_span_that_names_no_destination_contradicts_nothing_where_the_relay_says_who_acknowledges(string destination, bool joined)
    {
        var relay = Relays.Queue with { Acknowledge = Relays.Parse("span.name == \"work\"") };
        Assert.Equal(joined, New(relay).Arrive(3, Publish("p"), Work("lost", "unseen", destination) with { Name = "work" }).Run(20).Observer.Lines.Contains("joined queue trace"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_span_below_work_on_another_trace_s_job_completes_that_job(int shards)
    {
        var story = New(Relays.RenderJob, shards).Arrive(2, Render("t1"), Render("t2"))
            .Arrive(3, Ack("a1", "t1/p"), Ack("a1 again", "t1/p"), Done("lost", "unseen")).Run(30);
        Assert.Contains("joined render_job trace", story.Observer.Lines);
        Assert.Equal((1, 0), (story.Observer.Count("completed render_job in_time"), story.Observer.Count("ambiguous")));
    }

    [Fact]
    public void What_waits_for_that_span_follows_it()
    {
        var twice = Relays.RenderJob with { Expect = new() { Count = 2 } };
        var story = New(twice).Arrive(2, Render("t1")).Arrive(3, Ack("a1", "t1/p"), Done("below", "lost")).Arrive(4, Done("lost", "unseen")).Run(30);
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Fact]
    public void What_could_not_be_matched_by_itself_follows_it_too()
    {
        var twice = Relays.RenderJob with { Expect = new() { Count = 2 } };
        var story = New(twice).Arrive(2, Render("t1")).Arrive(3, Ack("a1", "t1/p"), Done("below", "lost").With(Destination, "orders")).Arrive(4, Done("lost", "unseen")).Run(30);
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Fact]
    public void Work_of_another_trace_is_not_looked_at()
    {
        var story = New(Relays.RenderJob).Arrive(2, Render("t1")).Arrive(3, Ack("a1", "t1/p"), Done("lost", "unseen")).Arrive(4, Done("lost", "unseen").In("w2")).Run(30);
        Assert.Equal((1, 1), (story.Observer.Count("joined render_job trace"), story.Observer.Count("completed")));
    }

    [Fact]
    public void That_several_jobs_are_meant_before_a_deadline_is_counted_once()
    {
        // Both jobs come after the span was judged; each is told, and before each everything is looked at once more.
        var story = New(Relays.Queue, 3).Arrive(11, Consumer("process", 8, 10).As("lost").Under("unseen").With(Destination, "orders")).Run(24)
            .Arrive(25, Publish("p"), Publish("q") with { Start = 5, End = 5.1 }).Run(100);
        Assert.Equal((2, 1), (story.Observer.Count("missed"), story.Observer.Count("ambiguous")));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    public void One_below_work_on_several_jobs_means_none_and_that_is_counted_once(int jobs, int shards)
    {
        var each = Enumerable.Range(1, jobs);
        var story = New(Relays.RenderJob, shards).Arrive(2, [.. each.Select(i => Render($"t{i}"))])
            .Arrive(3, [.. each.Select(i => Ack($"a{i}", $"t{i}/p")), Done("lost", "unseen")]).Run(60);
        Assert.Equal((0, 1), (story.Observer.Count("completed"), story.Observer.Count("ambiguous render_job")));
    }

    [Fact]
    public void So_does_one_between_a_job_of_its_own_trace_and_another_s()
    {
        var story = New(Relays.RenderJob).Arrive(2, Render("t1"), Render("w")).Arrive(3, Ack("a1", "t1/p"), Done("lost", "unseen")).Run(30);
        Assert.Equal((0, 1), (story.Observer.Count("completed"), story.Observer.Count("ambiguous render_job")));
    }

    [Fact]
    public void Work_of_another_service_in_that_trace_is_not_meant()
    {
        var story = New(Relays.RenderJob).Arrive(2, Render("t1"), Render("t2"))
            .Arrive(3, Ack("a1", "t1/p"), Ack("a2", "t2/p").From("another"), Done("lost", "unseen")).Run(30);
        Assert.Equal((1, 0), (story.Observer.Count("completed"), story.Observer.Count("ambiguous")));
    }

    [Fact]
    public void A_span_that_names_a_destination_means_none_of_another_trace()
    {
        var story = New(Relays.RenderJob).Arrive(2, Render("t1")).Arrive(3, Ack("a1", "t1/p"), Done("lost", "unseen").With(Destination, "orders")).Run(30);
        Assert.Equal(0, story.Observer.Count("completed"));
    }

    [Fact]
    public void One_that_does_not_complete_means_none_of_another_trace()
    {
        var story = New(Relays.RenderJob).Arrive(2, Render("t1")).Arrive(3, Ack("a1", "t1/p"), Ack("lost", "") with { Links = [], Parent = "unseen" }).Run(30);
        Assert.Equal(1, story.Observer.Count("joined"));
    }

    [Fact]
    public void So_many_comparisons_are_made_and_what_is_left_is_counted()
    {
        const int Each = 600;
        var story = New(Relays.Queue).Arrive(3, [.. Enumerable.Range(0, Each).Select(i => Publish($"p{i}"))])
            .Arrive(4, [.. Enumerable.Range(0, Each).Select(i => Work($"c{i}", "unseen", "elsewhere"))]).Run(20, 1);
        // 262,144 comparisons are enough for 436 spans, and for a part of the next.
        Assert.Equal(Each - 436, story.Observer.Count("limit comparisons"));
        Assert.Equal(0, story.Observer.Count("ambiguous"));
    }

    private static Story New(RelayDefinition relay, int shards = 1) => new(Relays.Of(relay), shards);

    private static SpanSpec Publish(string id) => Producer("publish", 0, 0.1).As(id).With(Destination, "orders");

    private static SpanSpec Work(string id, string parent, string destination = "orders") =>
        destination.Length == 0 ? Consumer("process", 1, 2).As(id).Under(parent) : Consumer("process", 1, 2).As(id).Under(parent).With(Destination, destination);

    private static SpanSpec Render(string trace) => Producer("produce.render_job", 0, 0.1).As("p").In(trace);

    private static SpanSpec Ack(string id, string link) => Internal("worker.ack_wake", 1, 1.1).As(id).In("w").LinkedTo(link);

    private static SpanSpec Done(string id, string parent) => Internal("worker.complete", 2, 2).As(id).In("w").Under(parent);

    private static SpanId IdOf(string name) => SpanId.TryRead(Ids.Span(name).Span, out var id) ? id : default;
}
