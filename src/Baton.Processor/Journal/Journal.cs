using System.Buffers;

namespace Baton.Processor.Journal;

/// <summary>
/// The append-only log that is at once the sending queue of every exporter and the log from which state is recovered. A position is an offset in an endless address space; what was appended keeps
/// its position for ever. All members may be used from any thread.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    /// <summary>The largest entry, events and payload together, in bytes.</summary>
    public const int MaxEntryBytes = 1 << 29;

    private readonly IDisk _disk;
    private readonly IDisposable _lock;
    private readonly SegmentSet _segments;
    private readonly JournalTail _tail;
    private readonly SegmentAppender _appender;
    private readonly GroupWriter _writer;
    private readonly CursorSet _cursors;
    private readonly DamageLog _damage;
    private readonly WriteLog _writes;
    private readonly FreeSpace _space;
    private readonly ReaderSet _readers = new();
    private readonly ArrayPool<byte> _buffers;
    private volatile bool _closed;

    private Journal(JournalOptions options, TimeProvider time, IDisk disk, ILogger logger, IDisposable heldLock, RecoveredJournal recovered, CursorSet cursors, DamageLog damage)
    {
        _disk = disk;
        _buffers = options.Buffers;
        _lock = heldLock;
        _cursors = cursors;
        _damage = damage;
        _segments = new SegmentSet(recovered.Segments);
        _tail = new JournalTail(time, recovered.Tail, recovered.LastArrivalUnixNanos);
        _appender = new SegmentAppender(options, disk, _segments, _tail, recovered.NextSequence, recovered.SizeBytes, recovered.Active);
        _writes = new WriteLog(options, logger);
        _space = new FreeSpace(disk, options.AlsoGuarded is { } other ? [options.Directory, other] : [options.Directory], options.MinFreeBytes, time, logger);
        var retention = new Retention(disk, _segments, cursors.LowestHold, logger) { Removed = _appender.Removed };
        _writer = new GroupWriter(options, _appender, _tail, retention, _writes, _space, _readers);
        cursors.Moved = retention.Reclaim;
        Recovery = null!;
    }

    /// <summary>What was found and done when the journal was opened.</summary>
    public RecoveryReport Recovery { get; private init; }

    /// <summary>The position of the next entry: everything before it can be read.</summary>
    public long Tail => _tail.Position;

    /// <summary>The position of the oldest entry that is still there.</summary>
    public long Head => _segments.First.Base;

    /// <summary>Bytes that the segment files take.</summary>
    public long SizeBytes => _appender.SizeBytes;

    /// <summary>Ranges found to be lost since the journal was opened, at opening and in reading.</summary>
    public IReadOnlyList<JournalDamage> Damage => _damage.All;

    /// <summary>Bytes free on the disk; where the state's is another one, on the one that has less.</summary>
    public long FreeBytes => _space.Bytes;

    /// <summary>All that was found to be lost since the journal was opened.</summary>
    public JournalLoss Loss => _damage.Loss;

    /// <summary>How many groups could not be written since the journal was opened.</summary>
    public long WriteFailures => _writes.Failures;

    internal bool IsClosed => _closed;

    /// <summary>Opens a journal, or creates it: locks the directory, finds the end, cuts a group that was not completely written.</summary>
    /// <exception cref="StartupException">The directory is in use, cannot be used, or holds a later format.</exception>
    public static Journal Open(JournalOptions options, TimeProvider time, IDisk disk, ILogger logger) => new JournalOpening(options, time, disk, logger).Run();

    internal static Journal Create(JournalOptions options, TimeProvider time, IDisk disk, ILogger logger, IDisposable heldLock, RecoveredJournal recovered, CursorSet cursors, DamageLog damage, bool created)
    {
        var journal = new Journal(options, time, disk, logger, heldLock, recovered, cursors, damage)
        {
            Recovery = new RecoveryReport { Damage = damage.All, TornBytes = recovered.TornBytes, TornEntries = recovered.TornEntries, Tail = recovered.Tail, Created = created },
        };
        if (recovered.Active is null) journal._appender.Roll(journal._tail.Observe().NowUnixNanos);
        return journal;
    }

    /// <summary>
    /// Appends an entry; the task ends when it is as durable as configured, or refused. The buffers belong to the caller, and must not change until then.
    /// </summary>
    /// <param name="kind">What the entry is. <see cref="EntryKind.Own"/> may use the reserved space.</param>
    /// <param name="encoding">How the payload is compressed.</param>
    /// <param name="events">The handoff events found in the payload.</param>
    /// <param name="payload">The bytes to forward.</param>
    /// <param name="spanCount">How many spans (or points, or records) the payload holds.</param>
    public ValueTask<AppendResult> AppendAsync(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)events.Length + payload.Length, MaxEntryBytes, nameof(payload));
        if (!_closed && !_cursors.TryMakeKnown()) return new ValueTask<AppendResult>(new AppendResult(AppendStatus.Failed, -1));
        return _closed
            ? new ValueTask<AppendResult>(new AppendResult(AppendStatus.Closed, -1))
            : _writer.AppendAsync(PendingAppend.Rent(kind, encoding, events, payload, spanCount));
    }

    /// <summary>A tail and a time in Unix nanoseconds such that every entry appended later has a position and an arrival at or after them.</summary>
    public (long Tail, long NowUnixNanos) Observe() => _tail.Observe();

    /// <summary>
    /// The durable cursor of this name. A new one starts at the tail: an exporter that was just configured gets what comes from now on, not what happens to be kept for others.
    /// It holds segments back from then on, so all cursors are to be opened before the first append. Until its file is written, which is tried again and again, appends fail.
    /// </summary>
    public JournalCursor OpenCursor(string name) => _cursors.GetOrAdd(name, () => Tail, beginsAtTail: true);

    /// <summary>Holds back, under a name, what is at or after a position; the position is durable, like a cursor's. For the watch leg: the position of its last complete checkpoint.</summary>
    public void Retain(string name, long position) => _cursors.GetOrAdd(name, () => position).Save(position);

    /// <summary>Forgets the cursors of all other names, those of <see cref="Retain"/> included, so that an exporter that is no longer configured does not hold segments back for ever.</summary>
    public void KeepCursors(IReadOnlyCollection<string> names) => _cursors.Keep(names, Tail);

    /// <summary>A reader that begins at a position: 0 or <see cref="Head"/> for the oldest, or one that an entry, a cursor or a checkpoint states.</summary>
    public JournalReader OpenReader(long position)
    {
        var reader = new JournalReader(this, position);
        _readers.Add(reader);
        return reader;
    }

    /// <summary>Refuses further appends, completes those under way, ends the waits of readers, writes the cursors and releases the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _writer.AppendAsync(PendingAppend.Close());
        _readers.Wake();
        _cursors.Close();
        _appender.Dispose();
        _lock.Dispose();
    }

    internal void Unregister(JournalReader reader) => _readers.Remove(reader);

    /// <summary>Has a reader get from memory what is written from now on; returns the tail, before which it is to read the files.</summary>
    internal long Follow(ReaderFeed feed) => _tail.Follow(feed);

    /// <summary>Opens the segment that holds a position; moves the position where nothing is left of what was there. Null when the caller has to look again.</summary>
    internal SegmentReader? OpenSegment(ref long position)
    {
        var segment = _segments.Find(position);
        if (position < segment.Base) position = segment.Base;
        try
        {
            return new SegmentReader(segment, _disk.Open(segment.Path, DiskOpen.Read), position, _damage.Report, _buffers);
        }
        catch (IOException e)
        {
            if (!_segments.All.Contains(segment)) return null;
            var end = Math.Min(segment.End, Tail);
            _damage.Report(new JournalDamage(segment.Path, position, end, null, $"it cannot be opened: {e.Message}"));
            position = end;
            return null;
        }
    }
}
