namespace Baton.Testing.Sink;

/// <summary>
/// Walks the fields of one protobuf message without decoding what is inside them, so that a test can hold the exact bytes
/// that were on the wire. Independent of the product's scanner on purpose: the one checks the other.
/// </summary>
internal static class WireFields
{
    /// <summary>The length-delimited fields numbered <paramref name="number"/> of <paramref name="message"/>, in their order.</summary>
    /// <exception cref="InvalidDataException">The message is not well-formed protobuf at this level.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> message, int number)
    {
        var offset = 0;
        while (offset < message.Length)
        {
            var tag = Varint(message, ref offset);
            var (start, length) = Extent(message, ref offset, (int)(tag & 7));
            if ((tag & 7) == 2 && (int)(tag >> 3) == number)
                yield return message.Slice(start, length);
        }
    }

    /// <summary>The last such field, as protobuf reads a singular field that occurs twice; empty where there is none.</summary>
    public static ReadOnlyMemory<byte> Last(ReadOnlyMemory<byte> message, int number) => Of(message, number).LastOrDefault();

    private static (int Start, int Length) Extent(ReadOnlyMemory<byte> message, ref int offset, int wireType)
    {
        var length = wireType switch
        {
            0 => VarintLength(message, offset),
            1 => 8,
            2 => checked((int)Varint(message, ref offset)),
            5 => 4,
            _ => throw new InvalidDataException($"Wire type {wireType} before offset {offset} is not one that OTLP uses."),
        };
        if (length > message.Length - offset)
            throw new InvalidDataException($"A field of {length} bytes at offset {offset} runs past the end at {message.Length}.");
        var start = offset;
        offset += length;
        return (start, length);
    }

    private static int VarintLength(ReadOnlyMemory<byte> message, int offset)
    {
        var end = offset;
        Varint(message, ref end);
        return end - offset;
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int offset)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (offset >= message.Length)
                throw new InvalidDataException($"A varint is cut off at offset {offset}.");
            var octet = message.Span[offset++];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
                return value;
        }
        throw new InvalidDataException($"The varint before offset {offset} has more than ten bytes.");
    }
}
