using Baton.Testing;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Proto;

public class WireCompatibilityTests
{
    private static readonly MessageParser<ExportTraceServiceRequest> DiscardingParser =
        ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true);

    public static TheoryData<string> Scenarios => [.. Captures.Names];

    [Fact]
    public void Captures_cover_both_transports_and_both_encodings()
    {
        var requests = Captures.All.SelectMany(scenario => scenario.Requests).ToList();

        Assert.Equal(18, Captures.Names.Count);
        Assert.Contains(requests, request => request.Transport == CaptureTransport.Grpc);
        Assert.Contains(requests, request => request.ContentType == "application/x-protobuf");
        Assert.Contains(requests, request => request.IsJson);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void What_SDKs_send_has_no_field_that_the_classes_do_not_know(string scenario)
    {
        foreach (var request in Captures.Scenario(scenario).Requests)
        {
            var message = request.Parse();

            // Equality includes unknown fields at every depth; JSON with one would not have parsed.
            Assert.Equal(DiscardingParser.ParseFrom(message.ToByteArray()), message);
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void What_SDKs_send_survives_a_round_trip(string scenario)
    {
        foreach (var request in Captures.Scenario(scenario).Requests)
        {
            var message = request.Parse();

            Assert.NotEmpty(message.ResourceSpans);
            Assert.Equal(message, ExportTraceServiceRequest.Parser.ParseFrom(message.ToByteArray()));
            Assert.Equal(message, JsonParser.Default.Parse<ExportTraceServiceRequest>(JsonFormatter.Default.Format(message)));
        }
    }

    // Two fields of one wire type that changed places would parse without a trace; their values give it away.
    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Values_stand_in_the_fields_that_they_belong_to(string scenario)
    {
        foreach (var request in Captures.Scenario(scenario).Requests)
        {
            foreach (var resourceSpans in request.Parse().ResourceSpans)
            {
                var serviceName = Assert.Single(resourceSpans.Resource.Attributes, attribute => attribute.Key == "service.name");
                Assert.Equal(request.Service, serviceName.Value.StringValue);
                Assert.All(resourceSpans.ScopeSpans, scope => Assert.NotEqual("", scope.Scope.Name));
                Assert.All(resourceSpans.ScopeSpans.SelectMany(scope => scope.Spans), span => AssertPlausible(span, request.ArrivedUnixNanos));
            }
        }
    }

    // Fields that no capture has, or whose number or type is easily mistaken. Source: opentelemetry-proto 1.11.
    [Theory]
    [InlineData("trace.v1.Span", "flags", 16, FieldType.Fixed32)]
    [InlineData("trace.v1.Span", "trace_state", 3, FieldType.String)]
    [InlineData("trace.v1.Span", "dropped_links_count", 14, FieldType.UInt32)]
    [InlineData("trace.v1.Span.Link", "flags", 6, FieldType.Fixed32)]
    [InlineData("trace.v1.Status", "code", 3, FieldType.Enum)]
    [InlineData("trace.v1.ResourceSpans", "schema_url", 3, FieldType.String)]
    [InlineData("common.v1.AnyValue", "bytes_value", 7, FieldType.Bytes)]
    [InlineData("resource.v1.Resource", "entity_refs", 3, FieldType.Message)]
    [InlineData("metrics.v1.Metric", "metadata", 12, FieldType.Message)]
    [InlineData("metrics.v1.NumberDataPoint", "as_int", 6, FieldType.SFixed64)]
    [InlineData("metrics.v1.HistogramDataPoint", "bucket_counts", 6, FieldType.Fixed64)]
    [InlineData("metrics.v1.ExponentialHistogramDataPoint", "scale", 6, FieldType.SInt32)]
    [InlineData("metrics.v1.ExponentialHistogramDataPoint", "zero_threshold", 14, FieldType.Double)]
    [InlineData("metrics.v1.Exemplar", "filtered_attributes", 7, FieldType.Message)]
    [InlineData("logs.v1.LogRecord", "flags", 8, FieldType.Fixed32)]
    [InlineData("logs.v1.LogRecord", "observed_time_unix_nano", 11, FieldType.Fixed64)]
    [InlineData("logs.v1.LogRecord", "event_name", 12, FieldType.String)]
    public void A_field_has_its_published_number_and_type(string message, string field, int number, FieldType type)
    {
        var descriptor = Messages.Value["opentelemetry.proto." + message].FindFieldByName(field);

        Assert.Equal((number, type), (descriptor.FieldNumber, descriptor.FieldType));
    }

    private static readonly Lazy<Dictionary<string, MessageDescriptor>> Messages = new(() =>
        new[] { TraceServiceReflection.Descriptor, MetricsServiceReflection.Descriptor, LogsServiceReflection.Descriptor }
            .SelectMany(WithDependencies)
            .Distinct()
            .SelectMany(file => file.MessageTypes)
            .SelectMany(message => message.NestedTypes.Prepend(message))
            .ToDictionary(message => message.FullName));

    private static IEnumerable<FileDescriptor> WithDependencies(FileDescriptor file) =>
        file.Dependencies.SelectMany(WithDependencies).Append(file);

    private static void AssertPlausible(Span span, long arrivedUnixNanos)
    {
        Assert.Equal(16, span.TraceId.Length);
        Assert.Equal(8, span.SpanId.Length);
        Assert.Contains(span.ParentSpanId.Length, new[] { 0, 8 });
        Assert.NotEqual("", span.Name);
        Assert.InRange((int)span.Kind, (int)Span.Types.SpanKind.Internal, (int)Span.Types.SpanKind.Consumer);
        Assert.InRange(span.EndTimeUnixNano, span.StartTimeUnixNano, (ulong)arrivedUnixNanos);
        Assert.All(span.Links, link => Assert.Equal((16, 8), (link.TraceId.Length, link.SpanId.Length)));
        Assert.All(span.Attributes, attribute => Assert.NotEqual("", attribute.Key));
    }
}
