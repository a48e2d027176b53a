namespace Baton.Processor.Journal;

/// <summary>
/// Lays out the frames of a group as few buffers: headers and small bodies side by side in one buffer of its own, large bodies where the callers have them.
/// </summary>
internal sealed class GroupLayout
{
    private const int Inline = 4096;

    // Below IOV_MAX (1024 on Linux) with up to two outside buffers and two runs per frame.
    private const int MaxOutside = 400;
    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];
    private int _used;
    private int _outside;
    private int _runStart;

    public void Clear() => _used = _outside = 0;

    public bool HasRoomFor(PendingAppend append) => _used + ScratchOf(append) <= _scratch.Length && _outside < MaxOutside;

    public void Reserve(PendingAppend append)
    {
        _used += ScratchOf(append);
        _outside += (IsInline(append.Events) ? 0 : 1) + (IsInline(append.Payload) ? 0 : 1);
    }

    /// <summary>The buffers to write, valid until the next call. Each append learns its position.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Lay(IReadOnlyList<PendingAppend> group, long position, long sequence, long arrivalUnixNanos)
    {
        _buffers.Clear();
        _used = _runStart = 0;
        for (var i = 0; i < group.Count; i++)
        {
            var append = group[i];
            append.Position = position;
            var header = new FrameHeader
            {
                Kind = append.Kind,
                Encoding = append.Encoding,
                EndOfGroup = i == group.Count - 1,
                Position = position,
                Sequence = sequence + i,
                ArrivalUnixNanos = arrivalUnixNanos,
                EventsLength = append.Events.Length,
                PayloadLength = append.Payload.Length,
                SpanCount = append.SpanCount,
                BodyChecksum = append.BodyChecksum,
            };
            header.Write(_scratch.AsSpan(_used));
            _used += FrameHeader.Size;
            Put(append.Events);
            Put(append.Payload);
            position = header.NextPosition;
        }
        EndRun();
        return _buffers;
    }

    private static bool IsInline(ReadOnlyMemory<byte> bytes) => bytes.Length <= Inline;

    private static int ScratchOf(PendingAppend append) =>
        FrameHeader.Size + (IsInline(append.Events) ? append.Events.Length : 0) + (IsInline(append.Payload) ? append.Payload.Length : 0);

    private void Put(ReadOnlyMemory<byte> bytes)
    {
        if (IsInline(bytes))
        {
            bytes.Span.CopyTo(_scratch.AsSpan(_used));
            _used += bytes.Length;
            return;
        }
        EndRun();
        _buffers.Add(bytes);
    }

    private void EndRun()
    {
        if (_used > _runStart) _buffers.Add(_scratch.AsMemory(_runStart, _used - _runStart));
        _runStart = _used;
    }
}
