using System.Buffers;

namespace Baton.Processor.Journal;

/// <summary>
/// Lays out the frames of a group, as they stand in the file, side by side in one pooled buffer: it is written in one piece, and then is the block that readers get from memory. Only the leader uses it.
/// </summary>
/// <remarks>
/// The one copy between a request's body and the journal. It is worth it: the bytes are still in the processor's cache, and each reader is spared reading them back and checking them. A single entry that is larger than any group is written from where the caller has it, and read back from the file.
/// </remarks>
internal sealed class GroupLayout(ArrayPool<byte> pool)
{
    /// <summary>Above it an entry, which then is alone in its group, is not copied.</summary>
    private const int MaxCopied = 4 << 20;

    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly List<ReadOnlyMemory<byte>> _buffers = new(3);
    private byte[]? _block;
    private int[] _offsets = new int[64];
    private int _count;
    private int _length;

    /// <summary>The buffers to write, valid until <see cref="Release"/>. Each append learns its position.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Lay(IReadOnlyList<PendingAppend> group, long bytes, long position, long sequence, long arrivalUnixNanos)
    {
        _buffers.Clear();
        _count = group.Count;
        if (bytes > MaxCopied && group.Count == 1)
        {
            HeaderOf(group[0], position, sequence, arrivalUnixNanos, isLast: true).Write(_header);
            _buffers.AddRange(_header, group[0].Events, group[0].Payload);
            return _buffers;
        }
        _length = (int)bytes;
        _block = pool.Rent(_length);
        if (_offsets.Length < _count) _offsets = new int[_count * 2];
        var used = 0;
        for (var i = 0; i < group.Count; i++)
        {
            var append = group[i];
            var header = HeaderOf(append, position, sequence + i, arrivalUnixNanos, isLast: i == group.Count - 1);
            _offsets[i] = used;
            header.Write(_block.AsSpan(used));
            used += FrameHeader.Size;
            append.Events.Span.CopyTo(_block.AsSpan(used));
            used += append.Events.Length;
            append.Payload.Span.CopyTo(_block.AsSpan(used));
            used += append.Payload.Length;
            position = header.NextPosition;
        }
        _buffers.Add(_block.AsMemory(0, used));
        return _buffers;
    }

    /// <summary>The group that was laid last as a block, which has its memory from now on; null where it was not copied.</summary>
    public JournalBlock? ToBlock()
    {
        if (_block is not { } buffer) return null;
        var offsets = ArrayPool<int>.Shared.Rent(_count);
        _offsets.AsSpan(0, _count).CopyTo(offsets);
        _block = null;
        return new JournalBlock(pool, buffer, offsets, _count, _length);
    }

    /// <summary>Gives the memory back, unless a block has it.</summary>
    public void Release()
    {
        _buffers.Clear();
        if (_block is { } buffer) pool.Return(buffer);
        _block = null;
    }

    private static FrameHeader HeaderOf(PendingAppend append, long position, long sequence, long arrivalUnixNanos, bool isLast)
    {
        append.Position = position;
        return new FrameHeader
        {
            Kind = append.Kind,
            Encoding = append.Encoding,
            EndOfGroup = isLast,
            Position = position,
            Sequence = sequence,
            ArrivalUnixNanos = arrivalUnixNanos,
            EventsLength = append.Events.Length,
            PayloadLength = append.Payload.Length,
            SpanCount = append.SpanCount,
            BodyChecksum = append.BodyChecksum,
        };
    }
}
