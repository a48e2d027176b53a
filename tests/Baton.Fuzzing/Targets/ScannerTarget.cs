using Baton.Continuity.Conditions;
using Baton.Continuity.Scan;
using Baton.Continuity.Tests.Scan;
using Baton.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// The span scanner, the cutter and the router, against the generated classes: they accept and refuse the same, and see the same spans.
/// Bytes that are no strings are refused span by span, so that the parser's one verdict stands for two of the scanner's.
/// </summary>
internal sealed class ScannerTarget : FuzzTarget
{
    private static readonly Condition[] Routes = [Parse("kind == SPAN_KIND_PRODUCER"), Parse("parent_span_id == nil")];

    private static readonly RouteScanner Router = new(Routes);

    public override void Run(byte[] input)
    {
        var scanned = ScanHarness.Scan(input);
        var (parsed, fault) = Parse(input);
        if (parsed is not null)
        {
            CompareContent(parsed, scanned);
            TermsCheck.Run(input, parsed, scanned.Result);
        }
        else if (!fault.Contains("UTF-8", StringComparison.Ordinal))
            FindingException.Unless(!scanned.Result.IsOk, $"accepted what the generated parser refuses: {fault}");
        else
            FindingException.Unless(!scanned.Result.IsOk || scanned.Rejected.Length > 0, "accepted a string that is not UTF-8");

        if (scanned.Result.Fault is { } refused)
        {
            FindingException.Unless(scanned.Spans.Count == 0, "events of a request that was refused");
            FindingException.Unless(refused.Offset >= 0 && refused.Offset <= input.Length, $"a fault at byte {refused.Offset} of {input.Length}");
            return;
        }
        CompareCut(input, scanned);
        CompareRoutes(scanned.Cut);
    }

    public override IEnumerable<byte[]> Seeds() =>
        Captures.All.SelectMany(scenario => scenario.Requests).Select(request => request.IsJson ? request.Parse().ToByteArray() : request.Body.ToArray())
            .Concat(MalformedRequests.All).Concat(TermsSeeds());

    // Publications that state a time of their own, in every form.
    private static IEnumerable<byte[]> TermsSeeds()
    {
        string[] texts = ["2026-11-22T10:00:00Z", "2026-02-28t23:59:60.123456789012+14:59", "1999-12-31 00:00:00-00:30", "12.5", "-3", "9e3", "2026-13-01T00:00:00Z"];
        var values = texts.Select(text => new AnyValue { StringValue = text }).Concat([new AnyValue { IntValue = 7 }, new AnyValue { DoubleValue = 1.5 }]);
        foreach (var value in values)
        {
            var span = ScanHarness.Span(Span.Types.SpanKind.Producer);
            span.Attributes.Add(new KeyValue { Key = "messaging.system", Value = value });
            span.Attributes.Add(new KeyValue { Key = "service.name", Value = value });
            span.Attributes.Add(new KeyValue { Key = "messaging.batch.message_count", Value = value });
            yield return ScanHarness.Request(span, ScanHarness.Span(Span.Types.SpanKind.Internal)).ToByteArray();
        }
    }

    private static void CompareContent(ExportTraceServiceRequest parsed, Scanned scanned)
    {
        FindingException.Unless(scanned.Result.IsOk, $"refused what the generated parser accepts: {scanned.Result.Fault}");
        var expected = ReferenceScan.Of(parsed);
        FindingException.Unless((expected.Spans, expected.Rejected), (scanned.Result.SpanCount, scanned.Result.RejectedSpans), "spans, rejected");
        FindingException.UnlessSame(expected.Resources, scanned.Resources.Select(ReferenceScan.Show), "resources");
        FindingException.UnlessSame(expected.Events, scanned.Spans.Select(ReferenceScan.Show), "spans");
    }

    // Without what was rejected a request is one that the generated parser takes, and that says the same of the rest.
    private static void CompareCut(byte[] input, Scanned scanned)
    {
        var again = ScanHarness.Scan(scanned.Cut);
        FindingException.Unless(Parse(scanned.Cut).Request is not null, "the generated parser refuses what the cutter left");
        FindingException.Unless(new ScanResult(null, scanned.Result.SpanCount - scanned.Result.RejectedSpans, 0, null), again.Result, "the scan of what the cutter left");
        FindingException.UnlessSame(scanned.Resources.Select(ReferenceScan.Show), again.Resources.Select(ReferenceScan.Show), "resources that the cutter left");
        FindingException.UnlessSame(scanned.Spans.Select(WithoutIndex), again.Spans.Select(WithoutIndex), "spans that the cutter left");
        if (scanned.Rejected.Length == 0)
            FindingException.Unless(input.AsSpan().SequenceEqual(scanned.Cut), "the cutter changed a request of which nothing was rejected");
    }

    // Each span takes one route, and comes out of it as it was.
    private static void CompareRoutes(byte[] request)
    {
        FindingException.Unless(Router.TryScan(request, synthesized: false), "the router refuses what the scanner takes");
        var spans = Parse(request).Request!.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans).ToList();
        for (var chosen = 1; chosen < 7; chosen++)
        {
            bool[] wanted = [(chosen & 1) != 0, (chosen & 2) != 0, (chosen & 4) != 0];
            var counts = new int[3];
            var selected = Router.Select(wanted, counts, out var lost);
            var cut = new byte[request.Length];
            var length = RequestCutter.Cut(request, lost, cut);
            var expected = spans.Where(span => wanted[RouteOf(span)]).ToList();
            FindingException.Unless(expected.Count, selected, $"spans on the routes {chosen}");
            FindingException.UnlessSame(Enumerable.Range(0, 3).Select(route => spans.Count(span => RouteOf(span) == route)), counts, "spans of each route");
            FindingException.UnlessSame(
                expected,
                ExportTraceServiceRequest.Parser.ParseFrom(cut, 0, length).ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans),
                $"what goes out on the routes {chosen}");
        }
    }

    private static int RouteOf(Span span) =>
        span.Kind == Span.Types.SpanKind.Producer ? 1 : span.ParentSpanId.All(octet => octet == 0) ? 2 : 0;

    private static string WithoutIndex(ScannedSpan span) => ReferenceScan.Show(span with { Header = span.Header with { SpanIndex = 0 } });

    private static Condition Parse(string text) => Condition.Parse(text).Condition!;

    private static (ExportTraceServiceRequest? Request, string Fault) Parse(byte[] bytes)
    {
        try
        {
            return (ExportTraceServiceRequest.Parser.ParseFrom(bytes), "");
        }
        catch (InvalidProtocolBufferException fault)
        {
            return (null, fault.Message);
        }
    }
}
