namespace Baton.Processor.Journal;

/// <summary>
/// A durable position: everything before it has been dealt with by its owner, and may go. Saving is cheap and does not block; the file is written within
/// <see cref="JournalOptions.CursorSaveInterval"/>, and when the journal is closed. After a crash, what follows the last written position is read again.
/// </summary>
public sealed class JournalCursor
{
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly CursorSet _set;
    private readonly ITimer _timer;
    private long _position;
    private long _hold;
    private long _written;
    private bool _scheduled;
    private bool _closed;
    private int _unknown;

    internal JournalCursor(CursorSet set, CursorFile file, TimeProvider time, string name, long position, bool written, bool isUnknown = false)
    {
        _set = set;
        File = file;
        Name = name;
        _position = position;
        _unknown = isUnknown ? 1 : 0;
        _hold = _written = written ? position : -1;
        _timer = time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the position is written.</summary>
    internal CursorFile File { get; }

    /// <summary>The owner: an exporter's id, for instance.</summary>
    public string Name { get; }

    /// <summary>The last saved position, written or not.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Notes that its file was written, or that nobody needs it any more.</summary>
    /// <returns>True the first time, where only the file says where it began.</returns>
    internal bool TryBecomeKnown() => Interlocked.Exchange(ref _unknown, 0) == 1;

    /// <summary>The position up to which segments may go: the written one, so that a crash finds what it will ask for.</summary>
    internal long Hold => Math.Max(0, Interlocked.Read(ref _hold));

    /// <summary>States that everything before a position has been dealt with. A position behind the present one is ignored.</summary>
    public void Save(long position)
    {
        lock (_gate)
        {
            if (position <= _position) return;
            Interlocked.Exchange(ref _position, position);
        }
        Schedule();
    }

    /// <summary>Writes the position now, if it is not written yet. Blocks for the disk.</summary>
    public void Flush()
    {
        lock (_writing)
        {
            if (_closed) return;
            long position;
            lock (_gate)
            {
                _scheduled = false;
                position = _position;
            }
            if (position == _written) return;
            if (_set.TryWrite(this, position)) _written = position;
            else Schedule();
            // On a full disk too: or no segment could ever be removed to make room for the cursor. A crash would then repeat what was sent since.
            Interlocked.Exchange(ref _hold, position);
        }
        _set.Moved();
    }

    internal void Stop() => _timer.Dispose();

    /// <summary>Lets go of the file. Nothing is saved any more.</summary>
    internal void Close()
    {
        lock (_writing)
        {
            _closed = true;
            File.Dispose();
        }
    }

    private void Schedule()
    {
        lock (_gate)
        {
            if (_scheduled) return;
            _scheduled = true;
        }
        _timer.Change(_set.SaveInterval, Timeout.InfiniteTimeSpan);
    }
}
