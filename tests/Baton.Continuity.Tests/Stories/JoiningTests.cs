using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>How a consumer-side span finds its handoff: by link, by parent, by trace.</summary>
public class JoiningTests
{
    private const string Destination = "messaging.destination.name";

    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("messaging.system", "rabbitmq").With(Destination, "orders");
    private static readonly SpanSpec Process = Consumer("process", 0.2, 1).As("c").With("messaging.system", "rabbitmq").With(Destination, "orders");

    private static Story NewStory(int shards = 1) => new(Relays.Of(Relays.Queue), shards);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_link_from_another_trace_completes_the_handoff_in_either_order(int shards)
    {
        var process = Process.In("t2").LinkedTo("t1/p");
        foreach (var story in new[] { NewStory(shards).Arrive(1, Publish).Arrive(2, process), NewStory(shards).Arrive(1, process).Arrive(2, Publish) })
        {
            story.Run(400, 1);
            Assert.Contains("joined queue link", story.Observer.Lines);
            Assert.Contains("completed queue in_time 0.900", story.Observer.Lines);
            Assert.Empty(story.Synthesized);
        }
    }

    [Fact]
    public void Nested_producing_spans_of_one_service_are_one_publication_in_either_order()
    {
        var outer = Producer("produce.order", 0, 0.2).As("outer");
        var inner = Publish.Under("outer");
        foreach (var story in new[]
        {
            NewStory().Arrive(1, outer, inner), NewStory().Arrive(1, inner, outer), NewStory().Arrive(1, inner).Arrive(2, outer),
            NewStory().Arrive(1, outer).Arrive(2, inner),
        })
        {
            story.Arrive(3, Process.Under("outer")).Run(20);
            Assert.Equal(1, story.Observer.Count("opened"));
            Assert.Contains("completed queue in_time 0.900", story.Observer.Lines);
        }
    }

    [Fact]
    public void The_relay_that_is_first_in_the_file_owns_a_nested_publication()
    {
        var options = Relays.Of(Relays.RenderJob);
        var story = new Story(options)
            .Arrive(1, Publish.Under("job"), Producer("produce.render_job", 0, 0.2).As("job"))
            .Arrive(2, Consumer("deliver", 0.2, 1).As("d").Under("p"), Consumer("worker.ack_wake", 0.3, 0.4).As("a").Under("d"))
            .Arrive(3, Internal("worker.complete", 0.9, 0.9).As("x").Under("a"))
            .Run(20);

        Assert.Equal(["opened render_job api"], story.Observer.Lines.Where(l => l.StartsWith("opened", StringComparison.Ordinal)));
        Assert.Contains("completed render_job in_time 0.800", story.Observer.Lines);
    }

    [Fact]
    public void The_application_s_span_of_a_killed_worker_is_joined_though_the_library_s_span_around_it_died_with_it()
    {
        var relay = Relays.RenderJob with { Produce = Relays.Parse("span.name == \"produce.render_job\" or span.name == \"publish\"") };
        var story = new Story(Relays.Of(relay))
            .Arrive(1, Publish.Under("job"), Producer("produce.render_job", 0, 0.2).As("job"))
            .Arrive(2, Consumer("worker.ack_wake", 0.05, 0.05).As("a").Under("died")) // before the broker confirmed
            .Run(700, 1);

        Assert.Contains("joined render_job trace", story.Observer.Lines);
        Assert.Contains("missed render_job missing_completion start_to_close_timeout", story.Observer.Lines);
    }

    [Fact]
    public void A_producer_that_comes_after_its_consumer_was_judged_is_still_joined_by_its_trace_before_a_deadline_is_told()
    {
        var story = new Story(Relays.Of(Relays.RenderJob))
            .Arrive(2, Consumer("worker.ack_wake", 0.3, 0.4).As("a").Under("died"))
            .Arrive(20, Producer("produce.render_job", 0, 0.2).As("job"))
            .Run(100, 1);

        Assert.Contains("joined render_job trace", story.Observer.Lines);
        Assert.Empty(story.Synthesized);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Each_of_several_jobs_in_other_traces_is_found_by_what_lies_below_the_work_on_it(int shards)
    {
        static SpanSpec Render(string id, string trace) => Producer("produce.render_job", 0, 0.1).As(id).In(trace);
        static SpanSpec Ack(string id, params string[] links) => Consumer("worker.ack_wake", 1, 2).As(id).In("w").LinkedTo(links);
        static SpanSpec Done(string id, string parent) => Internal("worker.complete", 3, 3).As(id).In("w").Under(parent);

        var story = new Story(Relays.Of(Relays.RenderJob), shards)
            .Arrive(1, Render("p", "t1"), Render("q", "t1"), Render("p", "t2"), Render("p", "t3"))
            .Arrive(4, Ack("a", "t1/p", "t1/q", "t2/p"), Ack("b", "t3/p"))
            .Arrive(5, Done("c", "a"));
        Assert.Equal(3, story.Observer.Count("completed render_job in_time 2.900"));
        Assert.Equal(4, story.Arrive(6, Done("d", "b")).Observer.Count("completed render_job in_time 2.900"));
    }

    [Fact]
    public void A_span_with_a_link_of_its_own_does_not_mean_what_its_parent_means()
    {
        var story = NewStory().Arrive(1, Publish).Arrive(2, Process.Under("p"))
            .Arrive(3, Consumer("process", 1, 2).As("d").Under("c").LinkedTo("t9/unseen")).Run(30);
        Assert.Equal(1, story.Observer.Count("joined"));
    }

    [Fact]
    public void All_publications_below_one_span_are_its_relay_s_if_that_stands_first()
    {
        var first = Relays.Queue with { Name = "first", Produce = Relays.Parse("span.name == \"send orders\"") };
        SpanSpec outer = Producer("send orders", 0, 1).As("outer"), one = Publish.As("one").Under("outer"), other = Publish.As("other").Under("outer");
        foreach (var order in (SpanSpec[][])[[outer, one, other], [one, outer, other], [one, other, outer], [outer, other, one]])
        {
            var story = new Story(Relays.Of(first, Relays.Queue));
            for (var i = 0; i < order.Length; i++)
            {
                story.Arrive(1 + i, order[i]);
            }
            Assert.Equal([("first", 2L), ("queue", 0L)], story.Engine.Relays().Take(2).Select(relay => (relay.Relay, relay.Waiting)));
        }
    }

    [Fact]
    public void Work_on_another_trace_s_job_is_known_for_as_long_as_the_job_may_take()
    {
        var slow = Relays.RenderJob with { Deadlines = new() { ScheduleToCloseNanos = 20_000 * Relays.Second } };
        var story = new Story(Relays.Of(slow)).Arrive(1, Producer("produce.render_job", 0, 0.1).As("p"))
            .Arrive(3, Consumer("worker.ack_wake", 1, 2).As("a").In("w").LinkedTo("t1/p")).Run(15_000, 20)
            .Arrive(15_001, Internal("worker.complete", 15_000, 15_000).As("c").In("w").Under("a"));
        Assert.Equal(1, story.Observer.Count("completed render_job in_time"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_send_that_comes_after_what_it_sends_means_it(int shards)
    {
        var create = Publish.With("messaging.operation.type", "create");
        var send = Producer("send", 0.1, 0.2).As("s").LinkedTo("t1/p").With("messaging.operation.type", "send");
        var story = NewStory(shards).Arrive(1, create).Arrive(2, send).Arrive(3, Process.Under("s")).Run(20);
        Assert.Equal((1, 1), (story.Observer.Count("opened"), story.Observer.Count("completed queue in_time")));
    }

    [Fact]
    public void A_publication_that_links_to_another_and_is_no_send_is_one_of_its_own()
    {
        var links = Producer("again", 0.1, 0.2).As("s").LinkedTo("t1/p").With("messaging.operation.type", "create");
        Assert.Equal((2, 0), Counts(NewStory().Arrive(1, links).Arrive(2, Publish).Run(5)));
        Assert.Equal((2, 0), Counts(NewStory().Arrive(1, Publish).Arrive(2, links).Run(5)));

        static (int, int) Counts(Story story) => (story.Observer.Count("opened"), story.Observer.Count("withdrawn"));
    }
}
