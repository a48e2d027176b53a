using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>The deadline of a job waits for a worker's span without context that may have run it, and for no other.</summary>
public class JobIdHoldTests
{
    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of("job")] };
    private static readonly RelayDefinition Mails = Relays.Queue with { Name = "mails", Acknowledge = Relays.Parse("span.name == \"mail\"") };

    /// <summary>Published at 0.1, its deadline is told at 70.1. What comes at 68 is judged at 78.</summary>
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("job", "7");

    private static readonly SpanSpec Run = Consumer("process", 66, 67).As("w").In("w").With("job", "7").Failed();

    private static readonly Dictionary<string, SpanSpec> Others = new()
    {
        ["it only fetched"] = Run.With("messaging.operation.type", "receive"),
        ["it has a context"] = Run.Under("unseen"),
        ["it names no job"] = Run with { Attributes = [] },
        ["it names another job"] = Run.With("job", "8"),
        ["it ended before the job was published"] = Run with { Start = -2, End = -1 },
        ["it is another relay's"] = Internal("mail", 66, 67).As("w").In("w").With("job", "7"),
    };

    public static TheoryData<string> OtherSpans => [.. Others.Keys];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_waits_until_the_span_was_judged(int shards)
    {
        var story = New(shards).Arrive(1, Publish).Arrive(68, Run).Run(78);
        Assert.Empty(story.SpansNamed("worker.deadline"));
        Assert.Single(story.Run(78.2).SpansNamed("worker.deadline"));
        Assert.Contains("missed queue failed schedule_to_close_timeout", story.Observer.Lines);
    }

    [Theory]
    [MemberData(nameof(OtherSpans))]
    public void It_does_not_wait_for_another(string other) =>
        Assert.Single(New().Arrive(1, Publish).Arrive(68, Others[other]).Run(70.2).SpansNamed("worker.deadline"));

    [Fact]
    public void A_span_that_only_fetched_has_not_run_the_job() =>
        Assert.Empty(New().Arrive(1, Publish).Arrive(2, Run.With("messaging.operation.type", "receive") with { Start = 0.5, End = 1 }).Run(30).Synthesized);

    [Fact]
    public void A_span_of_the_relay_s_own_conditions_has_run_it_whatever_its_kind()
    {
        var relay = Queue with { Acknowledge = Relays.Parse("span.name == \"step\"") };
        var step = Internal("step", 0.5, 1).As("w").In("w").With("job", "7");
        Assert.Single(new Story(Relays.Of(relay)).Arrive(1, Publish).Arrive(2, step).Run(30).SpansNamed("worker.stitch"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_open_job_comes_before_one_that_is_done_though_that_is_newer(int shards)
    {
        var newer = Publish.As("newer").In("t2") with { Start = 0.5, End = 0.6 };
        var story = New(shards).Arrive(1, newer).Arrive(2, Publish, Consumer("process", 1, 1.5).As("c").In("t2").Under("newer"))
            .Arrive(4, Run with { Start = 2, End = 3 }).Run(30);
        Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void A_job_whose_relay_s_own_conditions_the_span_meets_comes_before_a_newer_one_by_default()
    {
        var named = Queue with { Name = "named", Produce = Relays.Parse("span.name == \"publish named\""), Acknowledge = Relays.Parse("span.name == \"process\"") };
        SpanSpec own = Publish with { Name = "publish named" }, newer = Publish.As("newer").In("t2") with { Start = 0.5, End = 0.6 };
        foreach (var order in (SpanSpec[][])[[own, newer], [newer, own]])
        {
            var story = new Story(Relays.Of(named, Queue)).Arrive(1, order[0]).Arrive(2, order[1]).Arrive(4, Run with { Start = 2, End = 3 }).Run(30);
            Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
        }
    }

    [Theory]
    [InlineData(1, "unknown auto")]
    [InlineData(400, "unknown late")]
    public void So_it_does_before_one_of_which_nothing_is_told_any_more(double arrival, string name)
    {
        // That of `auto` is over at 70, as its channel has shown nothing yet; that of `late` at 710, as it came later than senders retry.
        var relay = Relays.Default with { Name = "auto", Produce = Relays.Parse("span.name == \"publish auto\""), JobIds = Queue.JobIds, Deadlines = Queue.Deadlines };
        var late = Queue with { Name = "late", Produce = Relays.Parse("span.name == \"publish late\"") };
        var slow = Queue with { Deadlines = new() { ScheduleToCloseNanos = 5000 * Relays.Second } };
        var over = Publish.As("over").In("t2") with { Name = name.Replace("unknown", "publish", StringComparison.Ordinal), Start = 0.5, End = 0.6 };
        var story = new Story(Relays.Of(relay, late, slow)).Arrive(1, Publish).Arrive(arrival, over).Arrive(720, Run with { Start = 718, End = 719 }).Run(760);
        Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void And_before_one_that_was_done_and_whose_id_only_the_span_around_it_says_later()
    {
        SpanSpec inner = Producer("publish", 0.5, 0.6).As("inner").In("t2").Under("outer"), outer = Publish.As("outer").In("t2") with { Start = 0.4, End = 0.7 };
        var story = New().Arrive(2, Publish, inner, Consumer("process", 1, 1.5).As("c").In("t2").Under("inner")).Arrive(3, outer)
            .Arrive(4, Run with { Start = 2, End = 3 }).Run(30);
        Assert.Equal(Ids.Span("p"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    [Fact]
    public void Who_waits_for_one_job_is_told_and_then_who_waits_for_another()
    {
        SpanSpec a = Run with { Start = 2, End = 3 }, b = a.As("w8").In("w8").With("job", "8");
        var story = New().Arrive(4, a, b).Arrive(14, Publish).Arrive(15, Publish.As("p8").With("job", "8")).Run(30);
        Assert.Equal(["p", "p8"], story.SpansNamed("worker.stitch").Select(span => span.ParentSpanId == Ids.Span("p") ? "p" : "p8").Order());
    }

    [Theory]
    [InlineData("t1")]
    [InlineData("w")]
    public void It_is_one_orphan_whether_in_a_trace_of_its_own_or_in_that_of_the_job(string trace)
    {
        var story = New().Arrive(1, Publish).Arrive(2, Run.In(trace) with { Start = 0.5, End = 1 }).Run(60);
        Assert.Equal(["orphaned queue worker attributed"], story.Observer.Lines.Where(line => line.StartsWith("orphaned", StringComparison.Ordinal)));
        Assert.Equal((1, 1), (story.SpansNamed("worker.orphan").Count(), story.SpansNamed("worker.stitch").Count()));
    }

    [Fact]
    public void A_stitch_that_is_owed_is_not_forgotten_with_its_job()
    {
        var story = New().Arrive(1, Publish).Arrive(2, Run with { Start = 0.5, End = 1, Error = false }).Run(11);
        story.JournalOwn = false;
        story.Run(9000, 5).Arrive(9001).Crash(9002).Run(9050);
        Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal(0, story.Run(20_000, 50).Traces);
    }

    [Theory]
    [InlineData("t1")]
    [InlineData("w")]
    public void An_orphan_that_is_owed_is_told_again_with_the_job_that_it_ran(string trace)
    {
        var story = New(3).Arrive(1, Publish).Arrive(2, Run.In(trace) with { Start = 0.5, End = 1 }).Run(11);
        story.JournalOwn = false;
        story.Run(14).Arrive(15, Publish.As("later").In("t3").With("job", "9")).Crash(16).Run(50);
        var link = Assert.Single(Assert.Single(story.SpansNamed("worker.orphan")).Links);
        Assert.Equal((Ids.Trace("t1"), Ids.Span("p")), (link.TraceId, link.SpanId));
        Assert.Single(story.SpansNamed("worker.stitch"));
    }

    private static Story New(int shards = 1) => new(Relays.Of(Queue, Mails), shards);
}
