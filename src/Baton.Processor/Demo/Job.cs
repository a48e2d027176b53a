using System.Security.Cryptography;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>One job of a scenario: its ids, and its spans as the SDKs of <c>order-api</c> and <c>render-worker</c> would send them.</summary>
/// <param name="scenario">What becomes of it.</param>
/// <param name="number">Its number, from 1; also its message's id.</param>
/// <param name="startUnixNanos">The start of its publication.</param>
internal sealed class Job(Scenario scenario, int number, long startUnixNanos)
{
    private const string Producer = "order-api";
    private const string Worker = "render-worker";

    // W3C Trace Context, level 2: sampled; and in OTLP, whether the parent came over the network (0x100 known, 0x200 remote).
    private const uint Sampled = 0x001, ParentIsKnown = 0x100, ParentIsRemote = 0x200;

    private readonly Dictionary<PlayedSpan, ByteString> _spanIds = scenario.Spans.ToDictionary(span => span, _ => NewId(8));

    /// <summary>What becomes of it.</summary>
    public Scenario Scenario { get; } = scenario;

    /// <summary>Its number, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>The start of its publication.</summary>
    public long StartUnixNanos { get; } = startUnixNanos;

    /// <summary>The producer's trace.</summary>
    public ByteString TraceId { get; } = NewId(16);

    /// <summary>The worker's trace: the same, unless the context was dropped.</summary>
    public ByteString WorkerTraceId => field ??= Scenario.ContextIsDropped ? NewId(16) : TraceId;

    /// <summary>The application that ends a span.</summary>
    public string ServiceOf(PlayedSpan span) => span == Scenario.Spans[0] ? Producer : Worker;

    /// <summary>The span of that id; null where it is none of the job's.</summary>
    public string? NameOf(ByteString spanId) => _spanIds.FirstOrDefault(pair => pair.Value.Equals(spanId)).Key?.Name;

    /// <summary>The id of a span of the job's.</summary>
    public ByteString IdOf(PlayedSpan span) => _spanIds[span];

    /// <summary>The export request that carries these spans of one application.</summary>
    public ExportTraceServiceRequest Export(IEnumerable<PlayedSpan> spans)
    {
        var exported = spans.ToArray();
        var service = ServiceOf(exported[0]);
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "render", Version = "1.0.0" } };
        scope.Spans.AddRange(exported.Select(SpanOf));
        var resource = new Resource();
        resource.Attributes.AddRange(
        [
            Text("service.name", service), Text("service.namespace", "studio"), Text("service.instance.id", $"{service}-1"),
            Text("deployment.environment.name", "demo"), Text("telemetry.sdk.name", "opentelemetry"), Text("telemetry.sdk.language", "dotnet"),
        ]);
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } };
    }

    private Span SpanOf(PlayedSpan played)
    {
        var span = new Span
        {
            TraceId = ServiceOf(played) == Producer ? TraceId : WorkerTraceId,
            SpanId = _spanIds[played],
            Name = played.Name,
            Kind = played.Kind,
            StartTimeUnixNano = At(played.Start),
            EndTimeUnixNano = At(played.End),
            Flags = Sampled | ParentIsKnown,
        };
        var parent = Scenario.Spans[Scenario.ContextIsDropped ? 1 : 0];
        if (ServiceOf(played) == Worker && played != parent)
        {
            span.ParentSpanId = _spanIds[parent];
            span.Flags |= Scenario.ContextIsDropped ? 0 : ParentIsRemote;
        }
        if (played.Kind is Span.Types.SpanKind.Producer or Span.Types.SpanKind.Consumer)
        {
            span.Attributes.AddRange(
            [
                Text("messaging.system", "rabbitmq"), Text("messaging.destination.name", "render_jobs"),
                Text("messaging.message.id", $"job-{Number}"),
                Text("messaging.operation.type", played.Kind == Span.Types.SpanKind.Producer ? "send" : "process"),
            ]);
        }
        return span;
    }

    private ulong At(double seconds) => (ulong)(StartUnixNanos + (long)Math.Round(seconds * UnixTime.NanosPerSecond));

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static ByteString NewId(int length) => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(length));
}
