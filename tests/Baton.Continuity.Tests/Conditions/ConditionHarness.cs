using Baton.Continuity.Conditions;
using Baton.Continuity.Tests.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Continuity.Tests.Scan.ScanHarness;

namespace Baton.Continuity.Tests.Conditions;

/// <summary>Asks a condition of one span, by way of a scan.</summary>
internal static class ConditionHarness
{
    /// <summary>A span with a value of every kind in its attributes.</summary>
    public static ExportTraceServiceRequest Sample { get; } = new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { Attribute("service.name", "billing"), Attribute("replicas", 3) } },
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Scope = new InstrumentationScope { Name = "Shop.Billing" },
                        Spans = { SampleSpan() },
                    },
                },
            },
        },
    };

    /// <summary>Whether the sample meets a condition.</summary>
    public static bool Matches(string condition, ExportTraceServiceRequest? request = null, bool synthesized = false)
    {
        var options = Options(Relay("asked", acknowledge: condition));
        var scanned = ScanHarness.Scan((request ?? Sample).ToByteArray(), options, synthesized);
        Assert.Equal(1, scanned.Result.SpanCount);
        return scanned.Spans.Any(span => span.Roles.Length == 1);
    }

    public static ExportTraceServiceRequest With(Action<Span> change)
    {
        var request = Sample.Clone();
        change(request.ResourceSpans[0].ScopeSpans[0].Spans[0]);
        return request;
    }

    public static ConditionFault FaultOf(string text)
    {
        var result = Condition.Parse(text);
        Assert.Null(result.Condition);
        return Assert.IsType<ConditionFault>(result.Fault);
    }

    private static Span SampleSpan()
    {
        var span = Span(
            OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Producer,
            Attribute("text", "orders.dlq"),
            Attribute("empty", ""),
            Attribute("unicode", "Grüße, 世界"),
            Attribute("int", 42),
            Attribute("negative", -1),
            Attribute("double", 2.5),
            Attribute("whole", 42.0),
            Attribute("nan", double.NaN),
            Attribute("yes", true),
            Attribute("no", false),
            new KeyValue { Key = "list", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { StringValue = "x" } } } } },
            new KeyValue { Key = "bytes", Value = new AnyValue { BytesValue = ByteString.CopyFromUtf8("x") } },
            new KeyValue { Key = "valueless", Value = new AnyValue() },
            Attribute("twice", "first"),
            Attribute("twice", "second"));
        span.Name = "produce.render_job";
        span.ParentSpanId = ByteString.CopyFrom(0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67, 0x89);
        span.Status = new Status { Code = Status.Types.StatusCode.Error };
        return span;
    }
}
