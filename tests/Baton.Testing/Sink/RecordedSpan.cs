using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Testing.Sink;

/// <summary>One span as it stood on the wire: the exact bytes, and what the generated classes read in them.</summary>
public sealed class RecordedSpan
{
    private RecordedSpan(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> resource, ReadOnlyMemory<byte> scope)
    {
        Bytes = bytes;
        ResourceBytes = resource;
        ScopeBytes = scope;
        Span = Span.Parser.ParseFrom(bytes.Span);
        Resource = Resource.Parser.ParseFrom(resource.Span);
        Scope = InstrumentationScope.Parser.ParseFrom(scope.Span);
        TraceId = Hex(Span.TraceId);
        SpanId = Hex(Span.SpanId);
        ParentSpanId = Hex(Span.ParentSpanId);
    }

    /// <summary>The Span message, without its tag and length.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The Resource message of the enclosing ResourceSpans; empty where there was none.</summary>
    public ReadOnlyMemory<byte> ResourceBytes { get; }

    /// <summary>The InstrumentationScope message of the enclosing ScopeSpans; empty where there was none.</summary>
    public ReadOnlyMemory<byte> ScopeBytes { get; }

    /// <summary>schema_url of the enclosing ResourceSpans.</summary>
    public required string ResourceSchemaUrl { get; init; }

    /// <summary>schema_url of the enclosing ScopeSpans.</summary>
    public required string ScopeSchemaUrl { get; init; }

    /// <summary><see cref="Bytes"/>, parsed.</summary>
    public Span Span { get; }

    /// <summary><see cref="ResourceBytes"/>, parsed.</summary>
    public Resource Resource { get; }

    /// <summary><see cref="ScopeBytes"/>, parsed.</summary>
    public InstrumentationScope Scope { get; }

    /// <summary>The span's name.</summary>
    public string Name => Span.Name;

    /// <summary>Lower-case hex.</summary>
    public string TraceId { get; }

    /// <summary>Lower-case hex.</summary>
    public string SpanId { get; }

    /// <summary>Lower-case hex; empty for a root.</summary>
    public string ParentSpanId { get; }

    /// <summary>service.name of the resource, or an empty string.</summary>
    public string ServiceName => Find(Resource.Attributes, "service.name")?.StringValue ?? "";

    /// <summary>The span's attribute of that name, or null.</summary>
    public AnyValue? Attribute(string key) => Find(Span.Attributes, key);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({ServiceName}) {TraceId}/{SpanId} < {ParentSpanId}";

    /// <summary>Every span of a serialized ExportTraceServiceRequest, in the order of the wire.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ExportTraceServiceRequest.</exception>
    public static IReadOnlyList<RecordedSpan> ReadAll(ReadOnlyMemory<byte> request)
    {
        try
        {
            return [.. from resourceSpans in WireFields.Of(request, 1)
                       let resource = WireFields.Last(resourceSpans, 1)
                       from scopeSpans in WireFields.Of(resourceSpans, 2)
                       let scope = WireFields.Last(scopeSpans, 1)
                       from span in WireFields.Of(scopeSpans, 2)
                       select new RecordedSpan(span, resource, scope)
                       {
                           ResourceSchemaUrl = Text(WireFields.Last(resourceSpans, 3)),
                           ScopeSchemaUrl = Text(WireFields.Last(scopeSpans, 3)),
                       }];
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new InvalidDataException(malformed.Message, malformed);
        }
    }

    private static AnyValue? Find(IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(a => a.Key == key)?.Value;

    private static string Text(ReadOnlyMemory<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8.Span);

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
