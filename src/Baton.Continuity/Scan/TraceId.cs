using System.Buffers.Binary;

namespace Baton.Continuity.Scan;

/// <summary>A W3C trace id: 16 bytes, most significant first.</summary>
/// <param name="High">The first eight bytes.</param>
/// <param name="Low">The last eight bytes.</param>
public readonly record struct TraceId(ulong High, ulong Low)
{
    /// <summary>The number of bytes of a valid trace id.</summary>
    public const int Length = 16;

    /// <summary>True for the all-zero id, which W3C Trace Context calls invalid.</summary>
    public bool IsZero => (High | Low) == 0;

    /// <summary>Reads an id from its wire form.</summary>
    /// <param name="bytes">The field's bytes, of any length.</param>
    /// <param name="id">The id; all zero when the method returns false.</param>
    /// <returns>False if the length is not 16 or every byte is zero.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TraceId id)
    {
        id = bytes.Length == Length
            ? new TraceId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
            : default;
        return !id.IsZero;
    }

    /// <summary>Writes the 16 bytes of the wire form.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
