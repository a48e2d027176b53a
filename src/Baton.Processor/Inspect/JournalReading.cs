using Baton.Processor.Journal;

namespace Baton.Processor.Inspect;

/// <summary>Reads a journal's files, as they are: no lock, nothing cut, nothing put aside. A segment that a running instance removes meanwhile is left out.</summary>
internal sealed class JournalReading(IDisk disk, string directory)
{
    private const int MaxReadBytes = 1 << 20;

    private readonly List<DamageInspection> _damage = [];
    private long _tail;
    private long _unfinished;

    /// <summary>True if a directory looks like a journal's.</summary>
    public static bool IsJournal(IEnumerable<string> files) => files.Any(file => SegmentHeader.TryParsePath(file, out _) || file.EndsWith(".cursor", StringComparison.Ordinal));

    /// <summary>Reads all of it.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public JournalInspection Run()
    {
        var files = disk.ListFiles(directory);
        var paths = files.Where(path => SegmentHeader.TryParsePath(path, out _)).Order(StringComparer.Ordinal).ToList();
        var segments = new List<SegmentInspection>();
        for (var i = 0; i < paths.Count; i++)
        {
            if (Read(paths[i], i + 1 < paths.Count ? paths[i + 1] : null) is { } segment) segments.Add(segment);
        }
        var cursors = files.Where(path => path.EndsWith(".cursor", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(ReadCursor).ToList();
        ReportMissingBeginning(segments, cursors);
        return new JournalInspection(directory, segments, cursors, _damage, _tail, _unfinished);
    }

    private SegmentInspection? Read(string path, string? next)
    {
        _ = SegmentHeader.TryParsePath(path, out var from);
        try
        {
            using var file = disk.Open(path, DiskOpen.Read);
            var length = file.Length;
            var bytes = new byte[SegmentHeader.Size];
            var isIntact = file.Read(bytes, 0) == bytes.Length && SegmentHeader.TryRead(bytes, out var header) && header.BasePosition == from;
            if (!isIntact && length > SegmentHeader.Size) _damage.Add(new DamageInspection(path, from, from, 0, "its header is damaged; its entries are read all the same"));
            var segment = new Segment(path, from, isIntact && SegmentHeader.TryRead(bytes, out header) ? header.FirstSequence : -1);
            var end = from + Math.Max(0, length - SegmentHeader.Size);
            if (next is not null && SegmentHeader.TryParsePath(next, out var nextBase)) segment.Seal(end = nextBase, -1, length);
            return Scan(segment, end, length, next is null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException e)
        {
            _damage.Add(new DamageInspection(path, from, from, null, e.Message));
            return null;
        }
    }

    private SegmentInspection Scan(Segment segment, long end, long fileBytes, bool isLast)
    {
        var holes = new List<JournalDamage>();
        var found = new SegmentInspection(segment.Path, segment.Base, end, fileBytes, 0, 0, 0, 0, 0);
        var groupEnd = segment.Base;
        using var reader = new SegmentReader(segment, disk.Open(segment.Path, DiskOpen.Read), segment.Base, holes.Add);
        while (reader.Read(MaxReadBytes, end) is { } block)
        {
            using (block)
            {
                for (var i = 0; i < block.Count; i++)
                {
                    found = With(found, block[i]);
                    if (block[i].EndOfGroup) groupEnd = block[i].NextPosition;
                }
            }
        }
        if (isLast) (_tail, _unfinished) = (groupEnd, end - groupEnd);
        // Behind the last whole group nothing was acknowledged, so nothing is lost there.
        foreach (var hole in holes.Where(hole => !isLast || hole.From < groupEnd)) _damage.Add(new DamageInspection(hole.File, hole.From, hole.To, hole.EntriesLost, hole.Reason));
        return isLast ? found with { ToPosition = groupEnd } : found;
    }

    private static SegmentInspection With(SegmentInspection found, in JournalEntry entry) => found with
    {
        Entries = found.Entries + 1,
        OwnEntries = found.OwnEntries + (entry.Kind == EntryKind.Own ? 1 : 0),
        Spans = found.Spans + (entry.Kind == EntryKind.Traces ? entry.SpanCount : 0),
        FirstArrivalUnixNanos = found.FirstArrivalUnixNanos == 0 ? entry.ArrivalUnixNanos : found.FirstArrivalUnixNanos,
        LastArrivalUnixNanos = entry.ArrivalUnixNanos,
    };

    private CursorInspection ReadCursor(string path)
    {
        var name = Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path));
        try
        {
            using var file = disk.Open(path, DiskOpen.Read);
            var bytes = new byte[CursorFile.MaxBytes];
            return CursorFile.TryParse(bytes.AsSpan(0, file.Read(bytes, 0)), out var position)
                ? new CursorInspection(name, position, Math.Max(0, _tail - position), null)
                : new CursorInspection(name, -1, 0, "it is damaged: its owner starts again at the oldest entry");
        }
        catch (IOException e)
        {
            return new CursorInspection(name, -1, 0, e.Message);
        }
    }

    private void ReportMissingBeginning(List<SegmentInspection> segments, List<CursorInspection> cursors)
    {
        var lowest = cursors.Where(cursor => cursor.Fault is null).Select(cursor => cursor.Position).DefaultIfEmpty(long.MaxValue).Min();
        if (segments.Count > 0 && lowest < segments[0].FromPosition)
            _damage.Insert(0, new DamageInspection(SegmentHeader.PathOf(directory, lowest), lowest, segments[0].FromPosition, null, "the segment files before the oldest one are missing, although a cursor stands before it"));
    }
}
