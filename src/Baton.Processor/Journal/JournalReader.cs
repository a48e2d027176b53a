using System.Runtime.CompilerServices;

namespace Baton.Processor.Journal;

/// <summary>
/// Reads the journal from a position on, complete groups only, verified. Any number of readers; each is for one caller at a time. Damage is reported by the journal, and jumped.
/// A reader that keeps up gets the groups as they were written, from memory (<see cref="ReaderFeed"/>); one that is behind, from the files.
/// </summary>
public sealed class JournalReader : IDisposable
{
    // A reader that is further behind would only fill its feed while it catches up.
    private const long CloseBytes = 4 << 20;

    private readonly Journal _journal;
    private readonly ReaderSignal _signal = new();
    private SegmentReader? _current;
    private long _position;

    internal JournalReader(Journal journal, long position)
    {
        _journal = journal;
        _position = position;
    }

    /// <summary>The position of the next entry to be read.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>The next entries, at most <paramref name="maxBytes"/> of them unless the first alone is larger; waits for some. Null once the journal is closed.</summary>
    public ValueTask<JournalBlock?> ReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<JournalBlock?>(cancellationToken);
        if (_journal.IsClosed) return new ValueTask<JournalBlock?>((JournalBlock?)null);
        return TryRead(maxBytes, out var block) ? new ValueTask<JournalBlock?>(block) : WaitAsync(maxBytes, cancellationToken);
    }

    /// <summary>The next entries, if there are any now. May block for the disk. What is in memory comes group by group, whatever <paramref name="maxBytes"/> says.</summary>
    public bool TryRead(int maxBytes, out JournalBlock block)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        while (true)
        {
            if (TryTake(out block)) return true;
            // The tail first, then the segment and its end: see Segment.End.
            var tail = _journal.Tail;
            if (_position >= tail)
            {
                if (Feed.IsFollowing || _journal.Follow(Feed) <= _position) return false;
            }
            else if (TryReadFile(maxBytes, tail, out block))
            {
                return true;
            }
        }
    }

    /// <summary>Ends the reading; a wait under way ends with null only when the journal closes.</summary>
    public void Dispose()
    {
        _journal.Unregister(this);
        Feed.Close();
        _current?.Dispose();
        _current = null;
    }

    internal ReaderSignal Signal => _signal;

    internal ReaderFeed Feed { get; } = new();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<JournalBlock?> WaitAsync(int maxBytes, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((ReaderSignal)state!).Cancel(token), _signal);
        while (true)
        {
            var wait = _signal.Arm();
            var ready = _journal.Tail > _position || _journal.IsClosed || cancellationToken.IsCancellationRequested;
            if (!ready || !_signal.TryDisarm()) await wait;
            cancellationToken.ThrowIfCancellationRequested();
            if (_journal.IsClosed) return null;
            if (TryRead(maxBytes, out var block)) return block;
        }
    }

    private bool TryTake(out JournalBlock block)
    {
        if (!Feed.TryTake(_position, out block)) return false;
        Interlocked.Exchange(ref _position, block.Position + block.Length);
        // It stands where the file was left.
        _current?.Dispose();
        _current = null;
        return true;
    }

    /// <summary>Reads the file, up to where the feed begins. False when another look is needed.</summary>
    private bool TryReadFile(int maxBytes, long tail, out JournalBlock block)
    {
        block = null!;
        if (!Feed.IsFollowing && tail - _position <= CloseBytes) _journal.Follow(Feed);
        var limit = Math.Min(tail, Feed.Begin);
        if (_position >= limit || !TryOpen()) return false;
        var read = _current!.Read(maxBytes, Math.Min(_current.Segment.End, limit));
        Interlocked.Exchange(ref _position, _current.Position);
        block = read!;
        return read is not null;
    }

    /// <summary>Makes the current segment the one that holds the position; false when it was removed meanwhile or cannot be opened, and another look is needed.</summary>
    private bool TryOpen()
    {
        if (_current is not null && _position < _current.Segment.End) return true;
        _current?.Dispose();
        _current = _journal.OpenSegment(ref _position);
        return _current is not null;
    }
}
