namespace Baton.Processor.Journal;

/// <summary>
/// What one reader gets from memory: the groups that were written while it was close behind, in their order and without a gap, so that it need not read the file back and check it again.
/// The leader offers, one reader takes. Bounded: a reader that falls too far behind is offered nothing more, goes on in the files, and follows again once it is close.
/// </summary>
/// <remarks>
/// A block in it is held by a reference of its own, which passes to the reader that takes it. It costs a lock without contention and an interlocked instruction for each group and reader;
/// reading the same from the file cost a system call, a copy, a checksum and a rented buffer.
/// </remarks>
internal sealed class ReaderFeed
{
    /// <summary>Bytes that are held for one reader at most: some hundredths of a second at full speed.</summary>
    public const long MaxBytes = 16 << 20;

    private const long Nowhere = -1;

    private readonly Lock _gate = new();
    private readonly Queue<JournalBlock> _blocks = new();
    private long _bytes;

    // Where the next group must begin to be taken; Nowhere while none is.
    private long _next = Nowhere;
    private bool _closed;

    /// <summary>True while groups are taken. Any thread.</summary>
    public bool IsFollowing => Volatile.Read(ref _next) != Nowhere;

    /// <summary>From where on the reader gets everything here; before it, it has to read the files. <see cref="long.MaxValue"/>: nothing is here, and nothing will be.</summary>
    public long Begin
    {
        get
        {
            lock (_gate) return _blocks.TryPeek(out var first) ? first.Position : _next == Nowhere ? long.MaxValue : _next;
        }
    }

    /// <summary>Takes groups from this position on. Under the lock that moves the tail, so that no group is missed.</summary>
    public void Follow(long tail)
    {
        lock (_gate)
        {
            if (_closed || _blocks.Count > 0) return;
            Volatile.Write(ref _next, tail);
        }
    }

    /// <summary>A group has been written, and is about to be visible.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="block">The group; null where it is not kept in memory. A reference is taken, the caller's stays.</param>
    public void Offer(long position, JournalBlock? block)
    {
        if (!IsFollowing) return;
        lock (_gate)
        {
            if (_next != position) return;
            if (block is null || _bytes + block.Length > MaxBytes)
            {
                Volatile.Write(ref _next, Nowhere);
                return;
            }
            block.AddRef();
            _blocks.Enqueue(block);
            _bytes += block.Length;
            Volatile.Write(ref _next, position + block.Length);
        }
    }

    /// <summary>Takes the group that begins at a position, with its reference.</summary>
    public bool TryTake(long position, out JournalBlock block)
    {
        lock (_gate)
        {
            // The reader has come past the first ones otherwise, over damage for instance.
            while (_blocks.TryPeek(out block!) && block.Position < position) Drop();
            if (block is null || block.Position != position) return false;
            _blocks.Dequeue();
            _bytes -= block.Length;
            return true;
        }
    }

    /// <summary>Lets go of everything, and takes nothing more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Volatile.Write(ref _next, Nowhere);
            while (_blocks.Count > 0) Drop();
        }
    }

    private void Drop()
    {
        var block = _blocks.Dequeue();
        _bytes -= block.Length;
        block.Dispose();
    }
}
