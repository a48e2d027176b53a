using System.Buffers;

namespace Baton.Processor.Journal;

/// <summary>
/// Reads verified frames of one segment file, and goes on after damage at the next frame that belongs where it is found. Single-threaded.
/// </summary>
internal sealed class SegmentReader(Segment segment, IDiskFile file, long position, Action<JournalDamage> report, ArrayPool<byte>? buffers = null) : IDisposable
{
    private readonly SegmentFile _file = new(segment, file);
    private readonly ArrayPool<byte> _buffers = buffers ?? LargeArrayPool.Shared;

    // -1 when the sequence of the frame at the position is not known.
    private long _sequence = position == segment.Base ? segment.FirstSequence : -1;

    // Within a segment arrivals never run backwards. What does is left over from a write that was undone, after which a loss of power undid the undoing.
    private long _arrival = long.MinValue;

    public Segment Segment => segment;

    /// <summary>Whether something was there and could not be read. What was taken for damage then need not be any.</summary>
    public bool HadReadErrors => _file.HadErrors;

    /// <summary>The next position to read.</summary>
    public long Position { get; private set; } = position;

    public void Dispose() => _file.Dispose();

    /// <summary>The next entries, at most <paramref name="maxBytes"/> unless the first alone is larger; null when nothing intact is left before <paramref name="limit"/>, an end of a frame.</summary>
    public JournalBlock? Read(int maxBytes, long limit)
    {
        while (Position < limit)
        {
            var wanted = (int)Math.Min(Math.Max(maxBytes, FrameHeader.Size), limit - Position);
            var buffer = _buffers.Rent(wanted);
            var length = _file.Read(buffer.AsSpan(0, wanted), Position);
            var offsets = ArrayPool<int>.Shared.Rent(64);
            var count = Parse(buffer.AsSpan(0, length), limit, ref offsets, out var used, out var stop);
            if (count > 0)
            {
                Position += used;
                return new JournalBlock(_buffers, buffer, offsets, count, used);
            }
            _buffers.Return(buffer);
            ArrayPool<int>.Shared.Return(offsets);
            // A frame that is cut by the end of the buffer is read again with room for all of it; anything else that stops the first frame is damage.
            if (stop.Fault is null && stop.FrameLength <= limit - Position && length == wanted) maxBytes = (int)stop.FrameLength;
            else SkipDamage(stop, limit);
        }
        return null;
    }

    /// <summary>Where parsing stopped: at a frame that is longer than the buffer (no fault), or at damage.</summary>
    private readonly record struct Stop(string? Fault, long FrameLength, FrameHeader? Intact);

    private int Parse(ReadOnlySpan<byte> bytes, long limit, ref int[] offsets, out int used, out Stop stop)
    {
        var count = 0;
        used = 0;
        while (true)
        {
            var rest = bytes[used..];
            if (rest.Length < FrameHeader.Size)
            {
                stop = new Stop(null, FrameHeader.Size, null);
                return count;
            }
            var at = Position + used;
            if (!IsFrame(rest, at, limit, out var header))
            {
                stop = new Stop("the header is not intact", 0, null);
                return count;
            }
            var length = header.NextPosition - at;
            if (length > rest.Length)
            {
                stop = new Stop(null, length, header);
                return count;
            }
            if (Crc32C.Of(rest[FrameHeader.Size..(int)length]) != header.BodyChecksum)
            {
                stop = new Stop("the checksum of the entry does not match", length, header);
                return count;
            }
            if (count == offsets.Length) Grow(ref offsets);
            offsets[count++] = used;
            used += (int)length;
            _sequence = header.Sequence + 1;
            _arrival = header.ArrivalUnixNanos;
        }
    }

    private bool IsFrame(ReadOnlySpan<byte> bytes, long at, long limit, out FrameHeader header) =>
        FrameHeader.TryRead(bytes, at, out header) && header.NextPosition <= limit && header.ArrivalUnixNanos >= _arrival;

    private static void Grow(ref int[] offsets)
    {
        var larger = ArrayPool<int>.Shared.Rent(offsets.Length * 2);
        offsets.CopyTo(larger, 0);
        ArrayPool<int>.Shared.Return(offsets);
        offsets = larger;
    }

    private void SkipDamage(Stop stop, long limit)
    {
        var from = Position;
        var reason = stop.Fault ?? (_file.LastError is { } error ? $"it cannot be read: {error}" : "the file ends too early");
        long? lost;
        if (stop.Intact is { } header)
        {
            Position = header.NextPosition;
            _sequence = header.Sequence + 1;
            lost = 1;
        }
        else
        {
            var next = FindFrame(Position + 1, Math.Min(limit, _file.End), out var found) ? found.Sequence : limit == segment.End ? segment.EndSequence : -1;
            Position = found.Position > from ? found.Position : limit;
            lost = _sequence >= 0 && next > _sequence ? next - _sequence : null;
            _sequence = next;
        }
        report(new JournalDamage(segment.Path, from, Position, lost, reason));
    }

    /// <summary>Finds the first frame header that is intact and belongs where it is.</summary>
    private bool FindFrame(long from, long limit, out FrameHeader header)
    {
        const int chunk = 1 << 18;
        var buffer = ArrayPool<byte>.Shared.Rent(chunk);
        try
        {
            for (var at = from; limit - at >= FrameHeader.Size;)
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(chunk, limit - at));
                _file.ReadWhatCanBeRead(bytes, at);
                if (FindFrame(bytes, at, limit, out header)) return true;
                if (bytes.Length == limit - at) break;
                at += bytes.Length - FrameHeader.Size + 1;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        header = default;
        return false;
    }

    private bool FindFrame(ReadOnlySpan<byte> bytes, long at, long limit, out FrameHeader header)
    {
        ReadOnlySpan<byte> magic = "BtnF"u8;
        for (var offset = 0; ; offset++)
        {
            var next = bytes[offset..].IndexOf(magic);
            if (next < 0) break;
            offset += next;
            if (IsFrame(bytes[offset..], at + offset, limit, out header)) return true;
        }
        header = default;
        return false;
    }
}
