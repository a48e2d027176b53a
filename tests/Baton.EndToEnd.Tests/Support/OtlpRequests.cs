using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.EndToEnd.Tests.Support;

/// <summary>Small export requests for the tests of the test equipment.</summary>
internal static class OtlpRequests
{
    public static ExportTraceServiceRequest WithSpans(string service, params string[] names) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                SchemaUrl = "https://example.com/resource",
                Resource = new Resource
                {
                    Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = service } } },
                },
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        SchemaUrl = "https://example.com/scope",
                        Scope = new InstrumentationScope { Name = "tests" },
                        Spans = { names.Select(Named) },
                    },
                },
            },
        },
    };

    private static Span Named(string name, int index) => new()
    {
        Name = name,
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xab, 16)]),
        SpanId = ByteString.CopyFrom([1, 2, 3, 4, 5, 6, 7, (byte)(index + 1)]),
    };
}
