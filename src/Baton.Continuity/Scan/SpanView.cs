using Baton.Continuity.Conditions;

namespace Baton.Continuity.Scan;

/// <summary>A span with its scope and resource, as conditions see it: in place, in the bytes of the request.</summary>
/// <param name="fields">Where its parts stand.</param>
/// <param name="request">The whole request.</param>
internal readonly ref struct SpanView(SpanFields fields, ReadOnlySpan<byte> request)
{
    private readonly ReadOnlySpan<byte> _request = request;

    /// <summary>The span's fields.</summary>
    public SpanFields Fields { get; } = fields;

    /// <summary>The value of a path.</summary>
    public FieldValue Get(BoundPath path) => path.Kind switch
    {
        PathKind.SpanAttribute => Get(Fields.Attributes[path.Slot]),
        PathKind.ResourceAttribute => Get(Fields.Resource[path.Slot]),
        PathKind.SpanName => new(ValueKind.String, 0, Name),
        PathKind.ScopeName => new(ValueKind.String, 0, _request.Slice(Fields.ScopeNameOffset, Fields.ScopeNameLength)),
        PathKind.SpanKind => new(ValueKind.Int, Fields.Kind, default),
        PathKind.StatusCode => new(ValueKind.Int, Fields.StatusCode, default),
        PathKind.Synthesized => new(ValueKind.Bool, Fields.Synthesized ? 1 : 0, default),
        _ => Fields.ParentSpanId.IsZero ? default : new(ValueKind.String, 0, Fields.ParentText()),
    };

    /// <summary>The span's name.</summary>
    public ReadOnlySpan<byte> Name => _request.Slice(Fields.NameOffset, Fields.NameLength);

    /// <summary>The text of a string; empty for every other value.</summary>
    public ReadOnlySpan<byte> Text(scoped in ScannedValue value) =>
        value.Kind == ValueKind.String ? _request.Slice(value.Offset, value.Length) : default;

    private FieldValue Get(scoped in ScannedValue value) => new(value.Kind, value.Bits, Text(value));
}

/// <summary>A path of a condition with the slot of its attribute.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Slot">The attribute's slot in the plan; 0 for other paths.</param>
internal readonly record struct BoundPath(PathKind Kind, int Slot);

/// <summary>A value of a span, read in place.</summary>
/// <param name="kind">Its kind; <see cref="ValueKind.Nil"/> if it is absent.</param>
/// <param name="bits">A number's value, or a double's bits.</param>
/// <param name="text">A string's bytes.</param>
internal readonly ref struct FieldValue(ValueKind kind, long bits, ReadOnlySpan<byte> text)
{
    public readonly ReadOnlySpan<byte> Text = text;
    public readonly long Bits = bits;
    public readonly ValueKind Kind = kind;
}
