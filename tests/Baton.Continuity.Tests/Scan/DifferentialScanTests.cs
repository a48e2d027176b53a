using Baton.Continuity.Scan;
using Baton.Testing;
using CsCheck;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Continuity.Tests.Scan;

/// <summary>The generated parser is the measure: what it accepts the scanner accepts and reads alike, what it refuses the scanner refuses.</summary>
public class DifferentialScanTests
{
    [Fact]
    public void Random_requests_are_read_as_the_generated_classes_read_them() =>
        RequestGen.Request.Sample(request => Compare(request.ToByteArray()), iter: 5_000);

    [Fact]
    public void Damaged_random_requests_are_refused_by_both_or_by_neither() =>
        Gen.Select(RequestGen.Request, WireDamage.Any).Sample((request, damage) => Compare(damage(request.ToByteArray())), iter: 20_000);

    [Fact]
    public void Damaged_captures_are_refused_by_both_or_by_neither()
    {
        var bodies = Captures.All.SelectMany(scenario => scenario.Requests).Where(request => !request.IsJson).Select(request => request.Body.ToArray()).ToArray();

        Gen.Select(Gen.OneOf(bodies), WireDamage.Any).Sample((body, damage) => Compare(damage(body)), iter: 10_000);
    }

    [Fact]
    public void Every_truncation_of_a_capture_is_refused_by_both_or_by_neither()
    {
        var body = Captures.Scenario("dotnet-rabbitmq/02-dropped-context").Requests[1].Body.ToArray();

        for (var length = 0; length <= body.Length; length++)
            Compare(body[..length]);
    }

    // Bytes that are no strings are refused span by span, so that the parser's one verdict stands for two of the scanner's.
    private static void Compare(byte[] bytes)
    {
        var scanned = ScanHarness.Scan(bytes);
        var (parsed, fault) = Parse(bytes);
        if (parsed is not null)
        {
            Assert.Null(scanned.Result.Fault);
            AssertSameContent(parsed, scanned);
        }
        else if (!fault.Contains("UTF-8", StringComparison.Ordinal))
        {
            Assert.NotNull(scanned.Result.Fault);
        }
        else
        {
            Assert.True(scanned.Result.Fault is not null || scanned.Rejected.Length > 0);
        }
        if (scanned.Result.IsOk)
            AssertCut(bytes, scanned);
        else
            Assert.Empty(scanned.Spans);
    }

    private static void AssertSameContent(ExportTraceServiceRequest parsed, Scanned scanned)
    {
        var expected = ReferenceScan.Of(parsed);
        Assert.Equal((expected.Spans, expected.Rejected), (scanned.Result.SpanCount, scanned.Result.RejectedSpans));
        Assert.Equal(expected.Resources, scanned.Resources.Select(ReferenceScan.Show));
        Assert.Equal(expected.Events, scanned.Spans.Select(ReferenceScan.Show));
    }

    // Without what was rejected a request is one that the generated parser takes, and that says the same of the rest.
    private static void AssertCut(byte[] bytes, Scanned scanned)
    {
        var again = ScanHarness.Scan(scanned.Cut);
        Assert.NotNull(Parse(scanned.Cut).Request);
        Assert.Equal(new ScanResult(null, scanned.Result.SpanCount - scanned.Result.RejectedSpans, 0, null), again.Result);
        Assert.Equal(scanned.Resources.Select(ReferenceScan.Show), again.Resources.Select(ReferenceScan.Show));
        Assert.Equal(scanned.Spans.Select(WithoutIndex), again.Spans.Select(WithoutIndex));
        if (scanned.Rejected.Length == 0)
            Assert.Equal(bytes, scanned.Cut);
    }

    private static string WithoutIndex(ScannedSpan span) =>
        ReferenceScan.Show(span with { Header = span.Header with { SpanIndex = 0 } });

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
