namespace Baton.Continuity.Scan;

/// <summary>
/// Leaves rejected parts out of a request. What stays is copied byte for byte; only the lengths of the messages around
/// what went are new. The request must have passed the scan that named the parts.
/// </summary>
public static class RequestCutter
{
    // Below the request stand ResourceSpans, and in them ScopeSpans; a Span is never cut into.
    private const int InnermostContainer = 1;

    /// <summary>Copies a request without the rejected parts.</summary>
    /// <param name="request">The request as it was scanned.</param>
    /// <param name="rejected">What <see cref="SpanScanner.Rejected"/> gave for it.</param>
    /// <param name="destination">Gets the request; as many bytes as the old one has are always enough.</param>
    /// <returns>The bytes written.</returns>
    public static int Cut(ReadOnlySpan<byte> request, ReadOnlySpan<RejectedRange> rejected, Span<byte> destination)
    {
        var wire = new WireReader(request);
        return Copy(ref wire, ref rejected, destination, 0);
    }

    // Copies what is left of the current message.
    private static int Copy(ref WireReader wire, ref ReadOnlySpan<RejectedRange> rejected, Span<byte> destination, int depth)
    {
        var written = 0;
        var field = wire.Position;
        while (wire.Next(out var tag))
        {
            var afterTag = wire.Position;
            wire.Skip(tag);
            var length = wire.Position - field;
            if (rejected.Length > 0 && rejected[0].Offset == field)
            {
                wire.Rewind(field + rejected[0].Length);
                rejected = rejected[1..];
            }
            else if (rejected.Length > 0 && rejected[0].Offset < wire.Position && depth <= InnermostContainer)
            {
                wire.Bytes[field..afterTag].CopyTo(destination[written..]);
                written += afterTag - field;
                wire.Rewind(afterTag);
                written += CopyContainer(ref wire, ref rejected, destination[written..], depth);
            }
            else
            {
                wire.Bytes.Slice(field, length).CopyTo(destination[written..]);
                written += length;
            }
            field = wire.Position;
        }
        return written;
    }

    // The new body is written where the longest possible new length would end, and then moved up to the real one.
    private static int CopyContainer(ref WireReader wire, ref ReadOnlySpan<RejectedRange> rejected, Span<byte> destination, int depth)
    {
        var outer = wire.Enter();
        var room = VarintSize(wire.End - wire.Position);
        var body = Copy(ref wire, ref rejected, destination[room..], depth + 1);
        wire.Leave(outer);
        var size = WriteVarint(body, destination);
        destination.Slice(room, body).CopyTo(destination[size..]);
        return size + body;
    }

    private static int VarintSize(int value) => Math.Max(1, (38 - int.LeadingZeroCount(value)) / 7);

    private static int WriteVarint(int value, Span<byte> destination)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[size++] = (byte)(value | 0x80);
        }
        destination[size++] = (byte)value;
        return size;
    }
}
