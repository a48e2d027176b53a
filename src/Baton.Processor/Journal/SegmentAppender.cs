namespace Baton.Processor.Journal;

/// <summary>
/// Writes groups at the journal's end. Only the leader uses it. After a failed write the file is cut back to the last complete group; where that cannot be trusted, the next group
/// begins a new segment, whose base says that whatever follows in the old one does not count.
/// </summary>
internal sealed class SegmentAppender(JournalOptions options, IDisk disk, SegmentSet segments, JournalTail tail, long nextSequence, long size, IDiskFile? active) : IDisposable
{
    // Room is asked for only where so many segments more would fit: on a small or full disk it is others who need it.
    private const int ReserveWhereFits = 16;

    private readonly bool _sync = options.Durability == JournalDurability.Disk;

    // Null when the next group has to begin a new segment.
    private IDiskFile? _file = active;
    private long _size = size;

    /// <summary>The sequence of the next entry.</summary>
    public long NextSequence { get; private set; } = nextSequence;

    /// <summary>Bytes that the segments take.</summary>
    public long SizeBytes => Interlocked.Read(ref _size);

    /// <summary>Whether the segment that is being written to holds anything.</summary>
    public bool CanRoll => segments.Last.Base < tail.Position;

    /// <summary>What has been removed no longer counts. Called by retention, on any thread.</summary>
    public void Removed(long bytes) => Interlocked.Add(ref _size, -bytes);

    /// <summary>Writes one group, of whole frames that begin at the tail; throws when nothing of it is to count.</summary>
    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long length, int entries, long arrivalUnixNanos)
    {
        var position = tail.Position;
        if (_file is null || (position > segments.Last.Base && position + length - segments.Last.Base > options.EffectiveSegmentSize))
        {
            Roll(position, arrivalUnixNanos);
        }
        var offset = segments.Last.OffsetOf(position);
        var written = false;
        try
        {
            _file!.Write(buffers, offset);
            written = true;
            if (_sync) _file.Sync();
        }
        catch (Exception)
        {
            Undo(offset, trusted: !written);
            throw;
        }
        NextSequence += entries;
        Interlocked.Add(ref _size, length);
    }

    /// <summary>Begins a new segment at the tail, so that the present one can be removed.</summary>
    public void Roll(long arrivalUnixNanos) => Roll(tail.Position, arrivalUnixNanos);

    public void Dispose() => _file?.Dispose();

    /// <summary>After a failed sync nobody knows which pages reached the disk, so the file is not written to again.</summary>
    private void Undo(long offset, bool trusted)
    {
        try
        {
            _file!.Truncate(offset);
            if (trusted) return;
        }
        catch (IOException)
        {
            // The next segment's base makes the rest void.
        }
        _file!.Dispose();
        _file = null;
    }

    private void Roll(long position, long arrivalUnixNanos)
    {
        // From here on nothing more may go into the old segment: should this fail half-way, a header is left that says the old one ends here. The next group tries again, at the same position.
        _file?.Dispose();
        _file = null;
        var path = SegmentHeader.PathOf(options.Directory, position);
        var file = disk.Open(path, DiskOpen.Create);
        try
        {
            Reserve(file);
            var header = new byte[SegmentHeader.Size];
            new SegmentHeader(SegmentHeader.CurrentVersion, position, NextSequence, arrivalUnixNanos).Write(header);
            file.Write([header], 0);
            if (_sync)
            {
                file.Sync();
                disk.SyncDirectory(options.Directory);
            }
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
        _file = file;
        // An empty segment at the same base was only emptied again.
        if (segments.All.Count > 0)
        {
            var last = segments.Last;
            if (last.Base == position)
            {
                segments.ReplaceLast(new Segment(path, position, NextSequence));
                return;
            }
            if (last.End == long.MaxValue) last.Seal(position, NextSequence, last.OffsetOf(position));
        }
        segments.Add(new Segment(path, position, NextSequence));
        Interlocked.Add(ref _size, SegmentHeader.Size);
    }

    /// <summary>Has the file system find all the blocks at once. Otherwise it accounts for each page that is written by itself, which is a quarter to a half of what writing to a new file costs.</summary>
    private void Reserve(IDiskFile file)
    {
        var bytes = SegmentHeader.Size + options.EffectiveSegmentSize;
        if (disk.FreeBytes(options.Directory) / ReserveWhereFits >= bytes) file.Reserve(bytes);
    }
}
