using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Scans requests and reads the event section back into plain records.</summary>
internal static class ScanHarness
{
    /// <summary>The relays of an installation without a configuration: `callback` and `default`.</summary>
    public static ContinuityOptions BuiltIn { get; } = new()
    {
        Relays =
        [
            Relay("callback", "HasPrefix(name, \"produce.\")", "name == \"worker.ack_wake\"", "name == \"worker.complete\""),
            Relay("default"),
        ],
    };

    // Random tests scan some ten thousand requests: one scanner a thread, as in production.
    [ThreadStatic]
    private static SpanScanner? _builtInScanner;

    public static RelayDefinition Relay(string name, string? produce = null, string? acknowledge = null, string? complete = null) => new()
    {
        Name = name,
        Produce = Parse(produce),
        Acknowledge = Parse(acknowledge),
        Complete = Parse(complete),
        Deadlines = new() { ScheduleToCloseNanos = 1 },
    };

    public static ContinuityOptions Options(params RelayDefinition[] relays) => new() { Relays = relays };

    public static Scanned Scan(ExportTraceServiceRequest request, ContinuityOptions? options = null) => Scan(request.ToByteArray(), options);

    public static Scanned Scan(ReadOnlySpan<byte> request, ContinuityOptions? options = null, bool synthesized = false)
    {
        using var events = new EventWriter();
        var scanner = options is null && !synthesized
            ? _builtInScanner ??= new SpanScanner(ScanPlan.Create(BuiltIn))
            : new SpanScanner(ScanPlan.Create(options ?? BuiltIn), synthesized);
        var result = scanner.Scan(request, events);
        var cut = new byte[request.Length];
        var cutLength = result.IsOk ? RequestCutter.Cut(request, scanner.Rejected, cut) : 0;
        return new(result, [.. scanner.Rejected], cut[..cutLength], ReadResources(events.Written.Span), ReadSpans(events.Written.Span));
    }

    public static ExportTraceServiceRequest Request(params Span[] spans) => new()
    {
        ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Spans = { spans } } } } },
    };

    public static Span Span(Span.Types.SpanKind kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Consumer, params KeyValue[] attributes) => new()
    {
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]),
        SpanId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)2, 8)]),
        Kind = kind,
        Attributes = { attributes },
    };

    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static KeyValue Attribute(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    public static KeyValue Attribute(string key, double value) => new() { Key = key, Value = new AnyValue { DoubleValue = value } };

    public static KeyValue Attribute(string key, bool value) => new() { Key = key, Value = new AnyValue { BoolValue = value } };

    private static Condition? Parse(string? text) =>
        text is null ? null : Condition.Parse(text) is { Condition: { } condition } ? condition : throw new ArgumentException(text);

    private static List<ScannedResource> ReadResources(ReadOnlySpan<byte> section)
    {
        var resources = new List<ScannedResource>();
        for (var reader = new EventReader(section); reader.MoveNext();)
        {
            if (reader.Kind == EventKind.Resource)
            {
                var record = new ResourceEvent(reader.Record);
                resources.Add(new(record.Header.LatestEndUnixNanos, ReadTexts(record.Texts)));
            }
        }
        return resources;
    }

    private static List<ScannedSpan> ReadSpans(ReadOnlySpan<byte> section)
    {
        var spans = new List<ScannedSpan>();
        for (var reader = new EventReader(section); reader.MoveNext();)
        {
            if (reader.Kind == EventKind.Span)
            {
                var record = new SpanEvent(reader.Record);
                spans.Add(new(record.Header, [.. record.Roles], [.. record.Links], ReadTexts(record.Texts)));
            }
        }
        return spans;
    }

    private static List<ScannedText> ReadTexts(EventTexts texts)
    {
        var read = new List<ScannedText>();
        while (texts.MoveNext())
        {
            read.Add(new(texts.Current.Kind, texts.Current.Index, System.Text.Encoding.UTF8.GetString(texts.Value)));
        }
        return read;
    }
}

/// <summary>What a scan found.</summary>
internal sealed record Scanned(
    ScanResult Result, RejectedRange[] Rejected, byte[] Cut, IReadOnlyList<ScannedResource> Resources, IReadOnlyList<ScannedSpan> Spans);

internal sealed record ScannedResource(long LatestEnd, IReadOnlyList<ScannedText> Texts)
{
    public string? this[TextKind kind] => Texts.FirstOrDefault(text => text.Kind == kind)?.Value;
}

internal sealed record ScannedSpan(SpanEventHeader Header, RelayRole[] Roles, LinkTarget[] Links, IReadOnlyList<ScannedText> Texts)
{
    public string? this[TextKind kind] => Texts.FirstOrDefault(text => text.Kind == kind)?.Value;
}

internal sealed record ScannedText(TextKind Kind, int Index, string Value);
