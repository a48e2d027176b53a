using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>What a path of a condition names.</summary>
internal enum PathKind : byte
{
    ResourceAttribute,
    SpanAttribute,
    ScopeName,
    SpanName,
    SpanKind,
    StatusCode,
    ParentSpanId,
    Synthesized,
}

/// <summary>A path of a condition.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Key">The attribute's key; empty for other paths.</param>
internal sealed record SpanPath(PathKind Kind, string Key = "")
{
    /// <summary>Every path, in its long spelling and in OTTL's short one (which the resource and the scope do not have).</summary>
    public static readonly IReadOnlyDictionary<string, PathKind> Known = new Dictionary<string, PathKind>(StringComparer.Ordinal)
    {
        ["resource.attributes"] = PathKind.ResourceAttribute,
        ["scope.name"] = PathKind.ScopeName,
        ["span.name"] = PathKind.SpanName,
        ["span.kind"] = PathKind.SpanKind,
        ["span.status.code"] = PathKind.StatusCode,
        ["span.attributes"] = PathKind.SpanAttribute,
        ["span.parent_span_id"] = PathKind.ParentSpanId,
        ["name"] = PathKind.SpanName,
        ["kind"] = PathKind.SpanKind,
        ["status.code"] = PathKind.StatusCode,
        ["attributes"] = PathKind.SpanAttribute,
        ["parent_span_id"] = PathKind.ParentSpanId,
        ["baton.synthesized"] = PathKind.Synthesized,
    };

    /// <summary>True for a path that a key in brackets follows.</summary>
    public static bool TakesKey(PathKind kind) => kind is PathKind.ResourceAttribute or PathKind.SpanAttribute;

    /// <summary>The type that its values have.</summary>
    public ValueKind Type => Kind switch
    {
        PathKind.ScopeName or PathKind.SpanName or PathKind.ParentSpanId => ValueKind.String,
        PathKind.SpanKind or PathKind.StatusCode => ValueKind.Int,
        PathKind.Synthesized => ValueKind.Bool,
        _ => ValueKind.Unknown,
    };
}
