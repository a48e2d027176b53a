using System.Buffers.Binary;

namespace Baton.Continuity.Scan;

/// <summary>A W3C span id: eight bytes, most significant first.</summary>
/// <param name="Value">The eight bytes as a big-endian number; zero is no span.</param>
public readonly record struct SpanId(ulong Value)
{
    /// <summary>The number of bytes of a valid span id.</summary>
    public const int Length = 8;

    /// <summary>True for the all-zero id, which W3C Trace Context calls invalid.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Reads an id from its wire form.</summary>
    /// <param name="bytes">The field's bytes, of any length.</param>
    /// <param name="id">The id; zero when the method returns false.</param>
    /// <returns>False if the length is not 8 or every byte is zero.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SpanId id)
    {
        id = bytes.Length == Length ? new SpanId(BinaryPrimitives.ReadUInt64BigEndian(bytes)) : default;
        return !id.IsZero;
    }

    /// <summary>Writes the eight bytes of the wire form.</summary>
    /// <param name="destination">At least eight bytes.</param>
    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{Value:x16}";
}
