using System.Buffers.Text;

namespace Baton.Continuity.Join;

/// <summary>Small numbers, distances and message ids as few bytes: a UUID's text takes 16.</summary>
internal sealed partial class TraceCodec
{
    /// <summary>In place of a message id's length, which is at most 64: a UUID follows.</summary>
    private const byte Uuid = byte.MaxValue;

    private const int UuidText = 36;

    private void PutMessageId(ReadOnlySpan<byte> id)
    {
        Span<byte> text = stackalloc byte[UuidText];
        if (id.Length == UuidText && Utf8Parser.TryParse(id, out Guid uuid, out _, 'D') && uuid.TryFormat(text, out _) && id.SequenceEqual(text))
        {
            Put(Uuid);
            Put(uuid);
            return;
        }
        Put((byte)id.Length);
        Put(id);
    }

    private static ByteRange TakeMessageId(ref ReadOnlySpan<byte> bytes, TraceState trace)
    {
        var length = Take<byte>(ref bytes);
        if (length == Uuid)
        {
            Span<byte> text = stackalloc byte[UuidText];
            Take<Guid>(ref bytes).TryFormat(text, out _);
            return trace.Keep(text);
        }
        var id = trace.Keep(bytes[..length]);
        bytes = bytes[length..];
        return id;
    }

    /// <summary>A time as the distance from another, the lowest bit being the sign.</summary>
    private void PutTime(long time, long from)
    {
        var distance = unchecked(time - from);
        PutNumber((ulong)(distance << 1 ^ distance >> 63));
    }

    private static long TakeTime(ref ReadOnlySpan<byte> bytes, long from)
    {
        var distance = TakeNumber(ref bytes);
        return unchecked(from + ((long)(distance >> 1) ^ -(long)(distance & 1)));
    }

    /// <summary>A number that is small as a rule: seven bits a byte, the lowest first, the last byte below 128.</summary>
    private void PutNumber(ulong number)
    {
        for (; number >= 128; number >>= 7)
        {
            Put((byte)(number | 128));
        }
        Put((byte)number);
    }

    private static ulong TakeNumber(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0ul;
        var next = 128;
        for (var shift = 0; next >= 128; shift += 7)
        {
            next = Take<byte>(ref bytes);
            number |= (ulong)(next & 127) << shift;
        }
        return number;
    }
}
