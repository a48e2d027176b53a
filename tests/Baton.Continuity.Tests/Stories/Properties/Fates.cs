using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories.Properties;

/// <summary>
/// What can become of a job, as the spans that tell it. <c>j</c> is its name, which its traces and spans begin with; <c>at</c> when it
/// begins, in seconds. A fate is clear: what happens, happens well before a deadline or long after its span went out, so that there is one
/// right answer however slow the exporters are (within export_lag). Late events come between 100 and 160 seconds, or at 700.
/// </summary>
internal static class Fates
{
    private const string Destination = "messaging.destination.name";

    public static IReadOnlyDictionary<string, Func<string, double, SpanSpec[]>> All { get; } = new Dictionary<string, Func<string, double, SpanSpec[]>>
    {
        ["done"] = (j, at) => [Published(j, at), PickedUp(j, at + 0.3), Completed(j, at + 2)],
        ["asleep"] = (j, at) => [Published(j, at)],
        ["stalled"] = (j, at) => [Published(j, at), PickedUp(j, at + 0.3)],
        ["picked up late"] = (j, at) => [Published(j, at), PickedUp(j, at + 110), Completed(j, at + 112)],
        ["stalled, then done"] = (j, at) => [Published(j, at), PickedUp(j, at + 0.3), Completed(j, at + 695)],
        ["done, but its library's span died"] = (j, at) => [Published(j, at), PickedUp(j, at + 0.3), Completed(j, at + 2).Under($"{j}.gone")],
        ["orphan"] = (j, at) => [PickedUp(j, at).Under("")],
        ["handed over"] = (j, at) => [Sent(j, at), Processed(j, at + 0.2)],
        ["linked"] = (j, at) => [Sent(j, at), Processed(j, at + 0.2).In($"{j}.w").Under("").LinkedTo($"{j}/{j}.p")],
        ["linked, and done below"] = (j, at) =>
        [
            Sent(j, at), Received(j, at + 0.2).In($"{j}.w").Under("").LinkedTo($"{j}/{j}.p"),
            Processed(j, at + 0.3).In($"{j}.w").Under($"{j}.r"),
        ],
        ["linked and parented"] = (j, at) => [Sent(j, at), Processed(j, at + 0.2).LinkedTo($"{j}/{j}.p")],
        ["received, then processed"] = (j, at) => [Sent(j, at), Received(j, at + 0.2), Processed(j, at + 0.3).Under($"{j}.r")],
        ["failed, then retried"] = (j, at) => [Sent(j, at), Processed(j, at + 0.2).As($"{j}.c1").Failed(), Processed(j, at + 1.5)],
        ["failed"] = (j, at) => [Sent(j, at), Processed(j, at + 0.2).Failed()],
        ["never processed"] = (j, at) => [Sent(j, at)],
        ["processed late"] = (j, at) => [Sent(j, at), Processed(j, at + 120)],
        ["not published"] = (j, at) => [Sent(j, at).Failed()],
        ["of an unknown producer"] = (j, at) => [Processed(j, at)],
        ["of an unknown producer, in two spans"] = (j, at) => [Received(j, at), Processed(j, at + 0.1).Under($"{j}.r")],
        ["polled"] = (j, at) => [Received(j, at).Under(""), Processed(j, at + 0.1).Under($"{j}.r")],
        ["three in one, one missing"] = (j, at) => [Sent(j, at).With("messaging.batch.message_count", 3), .. Three(j, at)[..2]],
        ["a batch of links"] = (j, at) =>
        [
            Sent(j, at), Sent($"{j}2", at), Sent($"{j}3", at),
            Processed(j, at + 0.2).In($"{j}.w").Under("").LinkedTo($"{j}/{j}.p", $"{j}2/{j}2.p", $"{j}3/{j}3.p", "0/0"),
        ],
        ["wrapped"] = (j, at) => [Sent(j, at).As($"{j}.o"), Inner(Sent(j, at)).Under($"{j}.o"), Processed(j, at + 0.2)],
        ["wrapped, and named by its outer span"] = (j, at) =>
            [Sent(j, at).As($"{j}.o"), Inner(Sent(j, at)).Under($"{j}.o"), Processed(j, at + 0.2).Under($"{j}.o")],
        ["wrapped twice"] = (j, at) => [.. Nested(j, at), Processed(j, at + 0.2)],
        ["wrapped twice, and named by its outer span"] = (j, at) => [.. Nested(j, at), Processed(j, at + 0.2).Under($"{j}.o")],
        ["wrapped twice, never processed"] = (j, at) => Nested(j, at),
        ["a batch of one"] = (j, at) => [Created(j, at, 1), SentTogether(j, at + 0.2, 1), Processed(j, at + 0.3).Under($"{j}.p1")],
        ["a batch of two, one lost"] = (j, at) =>
            [Created(j, at, 1), Created(j, at, 2), SentTogether(j, at + 0.2, 2), Processed(j, at + 0.4).Under($"{j}.p2")],
        ["a batch of two, wrapped"] = (j, at) =>
        [
            Sent(j, at).As($"{j}.o"), Inner(Created(j, at, 1)).Under($"{j}.o"), Inner(Created(j, at, 2)).Under($"{j}.o"),
            SentTogether(j, at, 2).Under($"{j}.o"), Processed(j, at + 0.2).As($"{j}.c1").Under($"{j}.p1"), Processed(j, at + 0.4).Under($"{j}.p2"),
        ],
        ["alive until it is done"] = (j, at) => [Beating(j, at), Taken(j, at), Step(j, at + 40), Step(j, at + 80), Rendered(j, at + 110)],
        ["alive, then silent"] = (j, at) => [Beating(j, at), Taken(j, at), Step(j, at + 40)],
        ["silent, then done"] = (j, at) => [Beating(j, at), Taken(j, at), Rendered(j, at + 110)],
        ["alive in its own trace"] = (j, at) =>
            [Beating(j, at), Taken(j, at).In($"{j}.w").Under("").LinkedTo($"{j}/{j}.p"), Step(j, at + 40).In($"{j}.w"), Step(j, at + 80).In($"{j}.w")],
        ["three in one, all done"] = (j, at) => [Sent(j, at).With("messaging.batch.message_count", 3), .. Three(j, at)],
        ["announced, done by both"] = (j, at) => [Sent(j, at) with { Name = "announce" }, Part(j, at + 0.2, "billing"), Part(j, at + 0.4, "email")],
        ["announced, done by one"] = (j, at) => [Sent(j, at) with { Name = "announce" }, Part(j, at + 0.2, "billing")],
        ["announced, done by one twice"] = (j, at) =>
            [Sent(j, at) with { Name = "announce" }, Part(j, at + 0.2, "email"), Part(j, at + 0.5, "email").As($"{j}.again")],
        ["slow, as it said"] = (j, at) => [Stating(j, at).With("deadline", 150), Processed(j, at + 115)],
        ["missed by its own deadline"] = (j, at) => [Stating(j, at).With("deadline", 20)],
        ["delayed"] = (j, at) => [Stating(j, at).With("not_before", 20)],
        ["given up"] = (j, at) => [Stating(j, at), Processed(j, at + 0.2) with { Name = "dead" }],
        ["stated in its outer span"] = (j, at) =>
            [Stating(j, at).As($"{j}.o").With("deadline", 20), Inner(Sent(j, at)).Under($"{j}.o")],
        ["without context, but with a job id"] = (j, at) => [Keyed(Sent(j, at), j), Keyed(Processed(j, at + 0.2), j).Under("").In($"{j}.w")],
        ["without context, done below"] = (j, at) =>
        [
            Keyed(Sent(j, at), j), Keyed(Received(j, at + 0.2), j).With("messaging.operation.type", "process").Failed().Under("").In($"{j}.w"),
            Processed(j, at + 0.3).Under($"{j}.r").In($"{j}.w"),
        ],
        ["of an unknown job"] = (j, at) => [Keyed(Processed(j, at + 0.2), j).Under("").In($"{j}.w")],
        ["a chain of two"] = (j, at) =>
        [
            Sent(j, at), Processed(j, at + 0.2).As($"{j}.c1"), Sent(j, at + 0.3).As($"{j}.p2").Under($"{j}.c1").From("worker").With(Destination, "invoices"),
            Processed(j, at + 1).Under($"{j}.p2").From("second").With(Destination, "invoices"),
        ],
        ["two in a trace, one lost"] = (j, at) => [Sent(j, at), Sent(j, at + 0.1).As($"{j}.p2"), Processed(j, at + 0.2)],
        ["ambiguous"] = (j, at) => [Sent(j, at), Sent(j, at + 0.1).As($"{j}.p2"), Processed(j, at + 0.4).Under($"{j}.gone")],
    };

    private static SpanSpec Published(string j, double at) => Producer("produce.render_job", at, at + 0.2).As($"{j}.p").In(j);

    private static SpanSpec PickedUp(string j, double at) => Consumer("worker.ack_wake", at, at + 0.1).As($"{j}.a").Under($"{j}.p").In(j);

    private static SpanSpec Completed(string j, double at) => Internal("worker.complete", at, at).As($"{j}.c").Under($"{j}.a").In(j);

    private static SpanSpec Sent(string j, double at) =>
        Producer("send", at, at + 0.1).As($"{j}.p").In(j).With("messaging.system", "kafka").With(Destination, "orders");

    // It ends as the one around it does: a worker may name either, and the full-link time is from the end of the one that is known by then.
    private static SpanSpec Inner(SpanSpec sent) => sent with { Start = sent.Start + 0.01 };

    private static SpanSpec[] Nested(string j, double at) =>
        [Sent(j, at).As($"{j}.o"), Inner(Sent(j, at)).As($"{j}.m").Under($"{j}.o"), Inner(Inner(Sent(j, at))).Under($"{j}.m")];

    private static SpanSpec Created(string j, double at, int i) => Sent(j, at).As($"{j}.p{i}").With("messaging.operation.type", "create");

    private static SpanSpec SentTogether(string j, double at, int count) => Sent(j, at).As($"{j}.s").With("messaging.operation.type", "send")
        .LinkedTo([.. Enumerable.Range(1, count).Select(i => $"{j}/{j}.p{i}")]);

    private static SpanSpec Beating(string j, double at) => Published(j, at) with { Name = "produce.beating" };

    private static SpanSpec Step(string j, double at) => Internal("step", at, at).As($"{j}.s{at}").Under($"{j}.a").In(j).From("renderer");

    // A worker of their own: when it was last seen, on a span that tells of another, depends on when its spans come.
    private static SpanSpec Taken(string j, double at) => PickedUp(j, at + 0.3).From("renderer");

    private static SpanSpec Rendered(string j, double at) => Completed(j, at).From("renderer");

    private static SpanSpec Received(string j, double at) => Consumer("receive", at, at + 1).As($"{j}.r").Under($"{j}.p").In(j)
        .With(Destination, "orders").With("messaging.operation.type", "receive");

    private static SpanSpec Processed(string j, double at) =>
        Consumer("process", at, at + 0.7).As($"{j}.c").Under($"{j}.p").In(j).With("messaging.system", "kafka").With(Destination, "orders");

    private static SpanSpec Part(string j, double at, string group) => Processed(j, at).As($"{j}.{group}").With("group", group);

    private static SpanSpec Stating(string j, double at) => Sent(j, at) with { Name = "send stated" };

    private static SpanSpec Keyed(SpanSpec span, string j) =>
        (span.Kind == OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Producer ? span with { Name = "send keyed" } : span).With("messaging.message.id", j);

    private static SpanSpec[] Three(string j, double at) => [.. Enumerable.Range(1, 3).Select(i => Processed(j, at + (0.2 * i)).As($"{j}.c{i}"))];
}
