namespace Baton.Continuity.Scan;

/// <summary>The kinds of value that a span's fields and attributes have.</summary>
internal enum ValueKind : byte
{
    /// <summary>Absent, or an AnyValue without a value (as in the Collector); as a literal of a condition, `nil`.</summary>
    Nil,

    /// <summary>True or false, as 1 or 0.</summary>
    Bool,

    /// <summary>A 64-bit integer.</summary>
    Int,

    /// <summary>A double, by its bits.</summary>
    Double,

    /// <summary>UTF-8 bytes.</summary>
    String,

    /// <summary>Present, but not comparable: bytes, an array, a map.</summary>
    Other,

    /// <summary>Of a path, before a span is seen: whatever the span has.</summary>
    Unknown,
}

/// <summary>An AnyValue as it stands in the request: a number by its bits, a string by its place.</summary>
internal struct ScannedValue
{
    public long Bits;
    public int Offset;
    public int Length;
    public ValueKind Kind;
}
