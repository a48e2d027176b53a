using Baton.Continuity.Scan;
using Baton.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scan;

public class CaptureScanTests
{
    public static TheoryData<string> Scenarios => [.. Captures.Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_capture_gives_an_event_for_each_span_with_a_role_and_the_fields_of_the_generated_parser(string scenario)
    {
        foreach (var request in Captures.Scenario(scenario).Requests)
        {
            var message = request.Parse();
            var bytes = request.IsJson ? message.ToByteArray() : request.Body.ToArray();

            var scanned = ScanHarness.Scan(bytes);

            Assert.Equal(new ScanResult(null, AllSpans(message).Count, 0, null), scanned.Result);
            Assert.Equal(bytes, scanned.Cut);
            AssertResources(message, scanned);
            AssertSpans(message, scanned);
        }
    }

    private static void AssertResources(ExportTraceServiceRequest message, Scanned scanned)
    {
        Assert.Equal(message.ResourceSpans.Count, scanned.Resources.Count);
        foreach (var (expected, actual) in message.ResourceSpans.Zip(scanned.Resources))
        {
            Assert.Equal(expected.Resource.Attributes.First(a => a.Key == "service.name").Value.StringValue, actual[TextKind.ServiceName]);
            Assert.Equal(expected.ScopeSpans.SelectMany(s => s.Spans).Max(s => (long)s.EndTimeUnixNano), actual.LatestEnd);
        }
    }

    private static void AssertSpans(ExportTraceServiceRequest message, Scanned scanned)
    {
        var withRole = AllSpans(message).Index()
            .Where(span => span.Item.Kind is Span.Types.SpanKind.Producer or Span.Types.SpanKind.Consumer
                || (span.Item.Kind == Span.Types.SpanKind.Client && span.Item.Attributes.Any(a => a.Key == "messaging.operation.type" && a.Value.StringValue == "receive")))
            .ToList();
        Assert.Equal(withRole.Select(span => span.Index), scanned.Spans.Select(span => span.Header.SpanIndex));
        foreach (var ((_, expected), actual) in withRole.Zip(scanned.Spans))
        {
            Assert.Equal(Convert.ToHexStringLower(expected.TraceId.Span), actual.Header.TraceId.ToString());
            Assert.Equal(Convert.ToHexStringLower(expected.SpanId.Span), actual.Header.SpanId.ToString());
            Assert.Equal(expected.ParentSpanId.IsEmpty ? new string('0', 16) : Convert.ToHexStringLower(expected.ParentSpanId.Span), actual.Header.ParentSpanId.ToString());
            Assert.Equal((expected.StartTimeUnixNano, expected.EndTimeUnixNano), ((ulong)actual.Header.StartUnixNanos, (ulong)actual.Header.EndUnixNanos));
            Assert.Equal((byte)expected.Kind, actual.Header.SpanKind);
            Assert.Equal(
                expected.Links.Select(l => Convert.ToHexStringLower(l.TraceId.Span) + Convert.ToHexStringLower(l.SpanId.Span)),
                actual.Links.Select(l => l.TraceId.ToString() + l.SpanId));
            Assert.True(actual.Header.Traits.HasFlag(SpanTraits.HasMessagingAttributes));
        }
    }

    private static List<Span> AllSpans(ExportTraceServiceRequest message) =>
        [.. message.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)];
}
