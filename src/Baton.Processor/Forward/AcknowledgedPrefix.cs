namespace Baton.Processor.Forward;

/// <summary>
/// Which of the entries read are done, although they end in any order: the cursor may pass an entry only when it and all before it are
/// done.
/// A ring that grows to the largest number of entries on their way. Not synchronized.
/// </summary>
/// <param name="position">Where the first entry begins.</param>
internal sealed class AcknowledgedPrefix(long position)
{
    private Entry[] _ring = new Entry[64];
    private long _first;
    private long _next;

    /// <summary>Everything before it is done.</summary>
    public long Position { get; private set; } = position;

    /// <summary>How many entries are not behind <see cref="Position"/> yet.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>When the oldest entry that is not done arrived, Unix nanoseconds; null when all are done.</summary>
    public long? OldestArrivalUnixNanos => _first == _next ? null : At(_first).ArrivalUnixNanos;

    /// <summary>Enters the next entry, and returns its ticket.</summary>
    public long Add(long nextPosition, long arrivalUnixNanos)
    {
        if (Count == _ring.Length) Grow();
        At(_next) = new Entry(nextPosition, arrivalUnixNanos);
        return _next++;
    }

    /// <summary>Marks an entry as done; true when <see cref="Position"/> has moved.</summary>
    public bool Complete(long ticket)
    {
        At(ticket).Done = true;
        if (ticket != _first) return false;
        while (_first < _next && At(_first).Done)
        {
            Position = At(_first).NextPosition;
            _first++;
        }
        return true;
    }

    private ref Entry At(long ticket) => ref _ring[(int)(ticket & (_ring.Length - 1))];

    private void Grow()
    {
        var old = _ring;
        _ring = new Entry[old.Length * 2];
        for (var ticket = _first; ticket < _next; ticket++) At(ticket) = old[(int)(ticket & (old.Length - 1))];
    }

    private record struct Entry(long NextPosition, long ArrivalUnixNanos)
    {
        public bool Done { get; set; }
    }
}
