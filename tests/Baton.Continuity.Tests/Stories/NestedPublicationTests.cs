using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Three nested producing spans are one publication: it makes no difference that the middle one, which shows it, comes last.</summary>
public class NestedPublicationTests
{
    private static readonly SpanSpec Outer = Producer("send order", 0, 0.3).As("outer").With("job", "7");
    private static readonly SpanSpec Middle = Producer("publish", 0.05, 0.25).As("middle").Under("outer");
    private static readonly SpanSpec Inner = Producer("orders send", 0.1, 0.2).As("inner").Under("middle");

    private static readonly RelayDefinition Named = Relays.Queue with { Expect = new() { By = "group", AllOf = ["billing", "email"] } };
    private static readonly RelayDefinition Two = Relays.Queue with { Expect = new() { Count = 2 } };
    private static readonly RelayDefinition TwoNamed = Two with { JobIds = [JobIdKey.Of("group")] };
    private static readonly RelayDefinition Timed = Relays.Queue with
    {
        Acknowledge = Relays.Parse("span.name == \"wake\""),
        Complete = Relays.Parse("span.name == \"done\""),
        Deadlines = new() { ScheduleToCloseNanos = 200 * Relays.Second, StartToCloseNanos = 60 * Relays.Second, HeartbeatNanos = 45 * Relays.Second },
    };

    private static readonly RelayDefinition WithId = Relays.Queue with { JobIds = [JobIdKey.Of("job")] };

    private static readonly Dictionary<string, (RelayDefinition Relay, SpanSpec[] Work)> Stories = new()
    {
        ["nobody does it"] = (Relays.Queue, []),
        ["who does it names the outer span"] = (Relays.Queue, [Work(1, 2, "outer")]),
        ["who does it names the inner span"] = (Relays.Queue, [Work(1, 2, "inner")]),
        ["who does it names the middle span"] = (Relays.Queue, [Work(1, 2, "middle")]),
        ["it fails, by the outer span"] = (Relays.Queue, [Work(1, 2, "outer").Failed()]),
        ["it fails by the outer span, and is done by the inner one"] = (Relays.Queue, [Work(1, 2, "outer").Failed(), Work(3, 4, "inner")]),
        ["it fails by the inner span, and is done by the outer one"] = (Relays.Queue, [Work(1, 2, "inner").Failed(), Work(3, 4, "outer")]),
        ["it fails twice"] = (Relays.Queue, [Work(1, 2, "inner").Failed(), Work(3, 4, "outer").Failed()]),
        ["it is done twice"] = (Relays.Queue, [Work(1, 2, "inner"), Work(3, 4, "outer")]),
        ["it is done twice, the other way round"] = (Relays.Queue, [Work(1, 2, "outer"), Work(3, 4, "inner")]),
        ["it is fetched by the outer span"] = (Relays.Queue, [Fetch(1, 2, "outer")]),
        ["it is fetched by the outer span, and done by the inner one"] = (Relays.Queue, [Fetch(1, 2, "outer"), Work(3, 4, "inner")]),
        ["it is fetched by the inner span, and done by the outer one"] = (Relays.Queue, [Fetch(1, 2, "inner"), Work(3, 4, "outer")]),
        ["it is fetched by both"] = (Relays.Queue, [Fetch(1, 2, "inner"), Fetch(3, 4, "outer")]),
        ["each does a part"] = (Named, [Part(1, 2, "outer", "billing"), Part(3, 4, "inner", "email")]),
        ["each does the same part"] = (Named, [Part(1, 2, "outer", "email"), Part(3, 4, "inner", "email")]),
        ["the outer span does all parts"] = (Named, [Part(1, 2, "outer", "billing"), Part(3, 4, "outer", "email")]),
        ["the outer span does one part"] = (Named, [Part(1, 2, "outer", "billing")]),
        ["two are expected"] = (Two, [Work(1, 2, "outer"), Work(3, 4, "inner")]),
        ["two are expected, and one comes"] = (Two, [Work(1, 2, "outer")]),
        ["it is picked up twice"] = (Timed, [Wake(1, 2, "inner"), Wake(3, 4, "outer")]),
        ["it is picked up twice, the other way round"] = (Timed, [Wake(1, 2, "outer"), Wake(3, 4, "inner")]),
        ["it is picked up by the outer span"] = (Timed, [Wake(1, 2, "outer")]),
        ["it is picked up by the inner span, and fetched by the outer one"] = (Timed, [Wake(1, 2, "inner"), Wake(3, 4, "outer").With("messaging.operation.type", "receive")]),
        ["it is fetched by the inner span, and picked up by the outer one"] = (Timed, [Wake(1, 2, "inner").With("messaging.operation.type", "receive"), Wake(3, 4, "outer")]),
        ["two are expected, and of three the outer span does the first two"] = (Two, [Work(1, 2, "outer"), Work(3, 4, "outer"), Work(5, 6, "inner")]),
        ["two jobs of it are done, one of them twice"] = (TwoNamed, [Part(1, 2, "outer", "billing"), Part(3, 4, "inner", "billing")]),
        ["two jobs of it are done"] = (TwoNamed, [Part(1, 2, "outer", "billing"), Part(3, 4, "inner", "email")]),
        ["the context is dropped"] = (WithId, [(Work(1, 2, "") with { Trace = "w" }).With("job", "7")]),
    };

    /// <summary>Others of the same trace, so many that they are found by an index.</summary>
    private static readonly SpanSpec[] Crowd =
    [
        .. Enumerable.Range(0, 40).SelectMany(i => (SpanSpec[])
            [
                Producer("send order", 0, 0.3).As($"outer{i}"), Producer("orders send", 0.1, 0.2).As($"inner{i}").Under($"outer{i}"),
                Consumer("process", 0.3, 0.4).As($"done{i}").Under($"outer{i}"), Consumer("process", -1, -0.5).As($"waits{i}").Under($"never{i}"),
            ]),
    ];

    public static TheoryData<string> Names => [.. Stories.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_happened_to_the_outer_one_happened_to_the_inner_one(string name) => IsTheSame(name, []);

    [Theory]
    [MemberData(nameof(Names))]
    public void So_it_did_in_a_large_trace(string name) => IsTheSame(name, Crowd);

    private static void IsTheSame(string name, SpanSpec[] others)
    {
        var (relay, work) = Stories[name];
        var inOrder = OutcomeTests.New(relay).Arrive(0.9, others).Arrive(1, Outer).Arrive(1.5, Middle).Arrive(2, Inner).Arrive(5, work).Run(30, 1);
        var middleLast = OutcomeTests.New(relay).Arrive(0.9, others).Arrive(1, Outer).Arrive(2, Inner).Arrive(5, work).Run(29, 1).Arrive(30, Middle);

        Assert.Equal(inOrder.Engine.Relays(), middleLast.Engine.Relays());
        Assert.Equal(OutcomeTests.Of(inOrder).Order(), OutcomeTests.Of(middleLast).Order());
        Assert.Equal(1, middleLast.Observer.Count("withdrawn queue"));
        Assert.Equal(inOrder.Synthesized.Select(s => s.Span.Name).Order(), middleLast.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal(Told(inOrder), Told(middleLast));
        Assert.Equal(inOrder.Engine.Relays(), middleLast.Engine.Relays());
    }

    [Theory]
    [InlineData("outer")]
    [InlineData("inner")]
    public void It_was_done_once_whichever_span_the_worker_named(string named)
    {
        var story = OutcomeTests.New(Relays.Queue).Arrive(1, Outer).Arrive(2, Inner).Arrive(5, Work(1, 2, named)).Arrive(30, Middle);
        Assert.Single(OutcomeTests.Of(story));
        Assert.Equal((1, 1), (story.Observer.Count("completed queue"), story.Observer.Count("completed queue in_time")));
    }

    [Fact]
    public void What_counted_for_another_publication_still_counts_for_that()
    {
        var story = OutcomeTests.New(TwoNamed).Arrive(1, Outer, Producer("orders send", 0, 0.1).As("other")).Arrive(2, Inner)
            .Arrive(5, Part(1, 2, "other", "billing"), Part(3, 4, "outer", "billing")).Arrive(6, Middle)
            .Arrive(10, Part(6, 7, "other", "billing"), Part(8, 9, "inner", "email"));
        Assert.Equal([Ids.Span("inner")], story.Observer.Facts.Where(fact => fact.Line.StartsWith("completed", StringComparison.Ordinal))
            .Select(fact => Google.Protobuf.ByteString.FromBase64(Convert.ToBase64String(Convert.FromHexString(fact.Span.ToString())))));
    }

    [Fact]
    public void A_stitch_that_is_owed_to_the_outer_one_is_told_of_the_inner_one()
    {
        var story = OutcomeTests.New(WithId).Arrive(1, Outer).Arrive(2, Inner).Arrive(3, (Work(1, 2, "") with { Trace = "w" }).With("job", "7"));
        story.JournalOwn = false;
        story.Run(15).Arrive(20, Middle).Crash(25).Run(60, 1);
        Assert.Equal(Ids.Span("inner"), Assert.Single(story.SpansNamed("worker.stitch")).ParentSpanId);
    }

    private static IEnumerable<string> Told(Story story) =>
        story.SpansNamed("worker.deadline").Where(span => span.ParentSpanId.Equals(Ids.Span("inner"))).Select(span => span.ToString());

    [Theory]
    [InlineData("m-outer", "", "m-outer")]
    [InlineData("", "m-inner", "m-inner")]
    [InlineData("m-outer", "m-inner", "m-inner")]
    public void The_message_id_is_that_of_the_inner_span_else_of_the_outer_one(string outer, string inner, string told)
    {
        SpanSpec a = WithMessage(Producer("send order", 0, 0.3).As("a"), outer), b = WithMessage(Producer("orders send", 0.1, 0.2).As("b").Under("a"), inner);
        foreach (var story in (Story[])[new Story(Relays.Of(Relays.Queue)).Arrive(1, a).Arrive(2, b), new Story(Relays.Of(Relays.Queue)).Arrive(1, b).Arrive(2, a)])
        {
            var span = Assert.Single(story.Run(200, 1).Synthesized).Span;
            Assert.Equal(told, span.Attributes.Single(attribute => attribute.Key == "messaging.message.id").Value.StringValue);
        }
    }

    [Fact]
    public void A_publication_of_two_relays_is_counted_as_open_in_the_first_one_alone()
    {
        var first = Relays.Queue with { Name = "first", Produce = Relays.Parse("span.name == \"send order\"") };
        SpanSpec outer = Producer("send order", 0, 0.3).As("a"), inner = Producer("orders send", 0.1, 0.2).As("b").Under("a");
        foreach (var shards in (int[])[1, 3])
        {
            foreach (var order in (SpanSpec[][])[[outer, inner], [inner, outer]])
            {
                var story = new Story(Relays.Of(first, Relays.Queue), shards).Arrive(1, order[0]).Arrive(2, order[1]);
                Assert.Equal([("first", 1L, 0L), ("queue", 0L, 0L)], Open(story));
                Assert.Equal([("first", 0L, 1L), ("queue", 0L, 0L)], Open(story.Arrive(5, Work(3, 4, "b").Failed())));
                Assert.Equal([("first", 0L, 0L), ("queue", 0L, 0L)], Open(story.Arrive(8, Work(6, 7, "a"))));
            }
        }
    }

    private static IEnumerable<(string, long, long)> Open(Story story) =>
        story.Engine.Relays().Take(2).Select(relay => (relay.Relay, relay.Waiting, relay.Running));

    private static SpanSpec WithMessage(SpanSpec span, string id) => id.Length == 0 ? span : span.With("messaging.message.id", id);

    private static SpanSpec Work(double start, double end, string parent) => Consumer("process", start, end).As($"work at {start}").Under(parent);

    private static SpanSpec Wake(double start, double end, string parent) => Work(start, end, parent) with { Name = "wake", Instance = parent };

    private static SpanSpec Fetch(double start, double end, string parent) => Work(start, end, parent).With("messaging.operation.type", "receive");

    private static SpanSpec Part(double start, double end, string parent, string group) => Work(start, end, parent).With("group", group);
}
