using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Workers without context wait for jobs that come late, and jobs get their ids late.</summary>
public class JobIdWaitingTests
{
    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of("job"), JobIdKey.Of("order")] };

    [Fact]
    public void A_worker_that_waits_under_two_job_ids_has_run_one_job()
    {
        var story = New().Arrive(3, Worker("w", 1, 2).With("order", "8")).Run(20, 1).Arrive(21, Publish("p", 0)).Run(25)
            .Arrive(26, Producer("publish", 0, 0.1).As("q").In("t2").With("order", "8")).Run(50, 1);
        Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void Who_was_told_of_a_job_does_not_wait_any_more()
    {
        // Each trace, and each job id, keeps one that waits.
        var story = new Story(Relays.Of(Queue) with { HandoffsPerTrace = 1 }).Arrive(5, Worker("w1", 3, 4)).Run(20, 1).Arrive(21, Publish("p", 2)).Run(22);
        story.Arrive(23, Worker("w2", 0.5, 1)).Run(40, 1).Arrive(41, Publish("q", 0).In("t2")).Run(60, 1);
        Assert.Equal([Ids.Span("p"), Ids.Span("q")], story.SpansNamed("worker.stitch").Select(span => span.ParentSpanId));
    }

    [Fact]
    public void A_job_that_nobody_waits_for_may_follow_one_that_somebody_did()
    {
        var story = New().Arrive(3, Worker("w", 1, 2)).Run(20, 1).Arrive(21, Publish("p", 0)).Arrive(22, Publish("q", 20).In("t2").With("job", "8")).Run(60, 1);
        Assert.Single(story.SpansNamed("worker.stitch"));
    }

    [Fact]
    public void The_deadline_still_waits_for_it_when_the_trace_was_put_away_and_looked_at_again()
    {
        // Published at 0.1, told at 70.1; the worker that came at 68 is judged at 78.
        var run = Worker("w", 66, 67).Failed();
        var story = new Story(Relays.Of(Queue), 3).Arrive(1, Publish("p", 0)).Arrive(68, run).Arrive(69, Producer("publish", 68, 68.5).As("another")).Run(77.9);
        Assert.Empty(story.SpansNamed("worker.deadline"));
        Assert.Single(story.Run(79).SpansNamed("worker.deadline"));
    }

    [Fact]
    public void Who_meets_the_conditions_of_two_other_relays_has_not_run_it()
    {
        static RelayDefinition Mails(string name) => Relays.Queue with { Name = name, Acknowledge = Relays.Parse("span.name == \"mail\"") };
        var mail = Internal("mail", 1, 2).As("m").In("w").With("job", "7");
        var options = Relays.Of(Queue with { Acknowledge = Relays.Parse("span.name == \"process\""), Complete = Relays.Parse("span.name == \"done\"") }, Mails("mails"), Mails("letters"));
        Assert.Empty(new Story(options).Arrive(1, Publish("p", 0)).Arrive(3, mail).Run(40, 1).SpansNamed("worker.stitch"));
    }

    [Fact]
    public void A_job_whose_outer_span_comes_later_is_found_by_what_that_says()
    {
        SpanSpec inner = Producer("publish", 0.1, 0.2).As("inner").Under("outer"), outer = Publish("outer", 0);
        var story = New().Arrive(1, inner).Arrive(2, outer).Arrive(4, Worker("w", 1, 2)).Run(40, 1);
        Assert.Equal(Ids.Span("inner"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void A_job_that_another_relay_takes_over_is_not_found_by_a_job_id_that_is_none_there()
    {
        var orders = Relays.Queue with { Name = "orders", Produce = Relays.Parse("span.name == \"order\""), JobIds = [JobIdKey.Of("order")] };
        SpanSpec inner = Publish("inner", 0.1).Under("outer"), outer = Producer("order", 0, 0.3).As("outer").With("order", "9");
        Story Begin() => new Story(Relays.Of(orders, Relays.Queue with { JobIds = [JobIdKey.Of("job")] })).Arrive(1, inner).Arrive(2, outer);

        Assert.Empty(Begin().Arrive(4, Worker("w", 1, 2)).Run(40, 1).SpansNamed("worker.stitch"));
        Assert.Single(Begin().Arrive(4, (Worker("w", 1, 2) with { Attributes = [] }).With("order", "9")).Run(40, 1).SpansNamed("worker.stitch"));
    }

    [Fact]
    public void A_job_that_is_given_up_without_a_word_comes_after_one_that_is_open()
    {
        var options = new ContinuityOptions
        {
            Relays = [Queue with { Produce = Relays.Parse("span.name == \"long\""), Deadlines = new() { ScheduleToCloseNanos = 3000 * Relays.Second } }, Relays.Default with { JobIds = Queue.JobIds }],
        };
        var story = new Story(options).Arrive(1, Publish("open", 0) with { Name = "long" }).Arrive(3, Publish("lapsed", 2).In("t2")).Run(940, 1)
            .Arrive(950, Worker("w", 945, 946)).Run(980, 1);
        Assert.Equal(Ids.Span("open"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void What_is_below_an_orphan_is_known_though_another_orphan_of_its_trace_has_found_its_job()
    {
        // Orphans wait for their producers for 300 s, and what is below them is known for an hour.
        var x = (Worker("x", 1, 2) with { Attributes = [] }).With("messaging.system", "rabbitmq");
        var story = New().Arrive(3, x.In("w")).Arrive(250, Worker("y", 240, 241).In("w")).Run(310, 1).Arrive(320, Publish("p", 0)).Run(330, 1);
        Assert.Single(story.SpansNamed("worker.stitch"));
        story.Arrive(340, Consumer("process", 330, 331).As("z").In("w").Under("x").With("messaging.destination.name", "elsewhere")).Run(400, 1);
        Assert.Equal(0, story.Observer.Count("producer_missing"));
    }

    [Fact]
    public void A_worker_whose_job_came_late_is_no_other_job_s_of_its_own_trace()
    {
        var poll = Consumer("receive", 0.5, 2.5).As("poll").In("w").With("messaging.operation.type", "receive");
        var story = New().Arrive(3, poll, Worker("w", 1, 2).Under("poll")).Run(20, 1).Arrive(21, Publish("p", 0)).Run(30, 1);
        Assert.Single(story.SpansNamed("worker.stitch"));
        story.Arrive(31, Producer("publish", 1.5, 1.6).As("q").In("w")).Run(200, 1);
        Assert.Equal(0, story.Observer.Count("ambiguous"));
        Assert.Equal(Ids.Span("q"), Assert.Single(story.SpansNamed("worker.deadline")).ParentSpanId);
    }

    private static Story New() => new(Relays.Of(Queue));

    private static SpanSpec Publish(string id, double start) => Producer("publish", start, start + 0.1).As(id).With("job", "7");

    private static SpanSpec Worker(string id, double start, double end) => Consumer("process", start, end).As(id).In(id).With("job", "7");
}
