using System.Buffers.Binary;

namespace Baton.Continuity.Scan;

/// <summary>
/// The hot path: fields of a span in the form in which exporters write them (lengths of one byte, ids of their right length, ASCII,
/// an attribute's key before its value). It takes such fields one after another, and leaves the first that has another form to the
/// general walk, which accepts whatever protobuf allows. Both give the same.
/// </summary>
internal static class UsualForms
{
    /// <summary>Takes fields of the current message, a Span, while they have the usual form.</summary>
    /// <remarks>Longer than other methods: as one loop over locals it keeps the position in a register.</remarks>
    public static void Take(ref WireReader wire, SpanFields span)
    {
        if (wire.Fault != WireFault.None)
        {
            return;
        }
        var bytes = wire.Bytes[..wire.End];
        var at = wire.Position;
        while (at + 2 <= bytes.Length)
        {
            int length = bytes[at + 1];
            switch (bytes[at])
            {
                case 0x0A when length == TraceId.Length && at + 18 <= bytes.Length:
                    span.TraceIdOffset = at + 2;
                    span.TraceIdLength = length;
                    at += 18;
                    continue;
                case 0x12 when length == SpanId.Length && at + 10 <= bytes.Length:
                    span.SpanIdOffset = at + 2;
                    span.SpanIdLength = length;
                    at += 10;
                    continue;
                case 0x22 when length == SpanId.Length && at + 10 <= bytes.Length:
                    span.ParentSpanIdOffset = at + 2;
                    span.ParentSpanIdLength = length;
                    at += 10;
                    continue;
                case 0x2A when length < 0x80 && at + 2 + length <= bytes.Length && Ascii7.IsAll(bytes.Slice(at + 2, length)):
                    span.NameOffset = at + 2;
                    span.NameLength = length;
                    at += 2 + length;
                    continue;
                case 0x30 when length < 0x80:
                    span.Kind = length;
                    at += 2;
                    continue;
                case 0x39 when at + 9 <= bytes.Length:
                    span.Start = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + 1)..]);
                    at += 9;
                    continue;
                case 0x41 when at + 9 <= bytes.Length:
                    span.End = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + 1)..]);
                    at += 9;
                    continue;
                case 0x4A when length < 0x80 && at + 2 + length <= bytes.Length && TakeAttribute(bytes.Slice(at + 2, length), at + 2, span):
                    at += 2 + length;
                    continue;
                case 0x7A when length == 0:
                    at += 2;
                    continue;
                case 0x85 when length == 1 && at + 6 <= bytes.Length:
                    at += 6;
                    continue;
            }
            break;
        }
        wire.Position = at;
    }

    // key: 0A length …  value: 12 length (0A length string | 18 varint). ASCII in one check, as tags and lengths below 128 are.
    private static bool TakeAttribute(ReadOnlySpan<byte> bytes, int offset, SpanFields span)
    {
        if (bytes.Length < 4 || bytes[0] != 0x0A)
        {
            return false;
        }
        var key = bytes[1];
        var value = 4 + key;
        if (value + 2 > bytes.Length || bytes[value - 2] != 0x12 || value + bytes[value - 1] != bytes.Length)
        {
            return false;
        }
        ScannedValue scanned = default;
        if (bytes[value] == 0x0A && value + 2 + bytes[value + 1] == bytes.Length && Ascii7.IsAll(bytes))
        {
            scanned.Kind = ValueKind.String;
            scanned.Offset = offset + value + 2;
            scanned.Length = bytes[value + 1];
        }
        else if (bytes[value] == 0x18 && TryVarint(bytes[(value + 1)..], out scanned.Bits) && Ascii7.IsAll(bytes[..value]))
        {
            scanned.Kind = ValueKind.Int;
        }
        else
        {
            return false;
        }
        span.TakeAttribute(bytes.Slice(2, key), scanned);
        return true;
    }

    // True if the bytes are one varint and nothing else.
    private static bool TryVarint(ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (long)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return i == bytes.Length - 1;
            }
        }
        return false;
    }
}
