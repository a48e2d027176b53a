using System.Globalization;
using Baton.Processor.Journal;

namespace Baton.Processor.State;

/// <summary>The numbered files of one log: opened when first needed, one handle each. Any thread.</summary>
internal sealed class LogSegments : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _prefix;
    private readonly SortedDictionary<int, Segment> _segments = [];

    public LogSegments(IDisk disk, string prefix)
    {
        _disk = disk;
        _prefix = prefix;
        // By names alone: the same directory may be written in several ways.
        var name = Path.GetFileName(prefix);
        foreach (var path in disk.ListFiles(Path.GetDirectoryName(prefix)!))
        {
            var file = Path.GetFileName(path);
            if (file.StartsWith(name, StringComparison.Ordinal) && int.TryParse(file.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                _segments.Add(number, new Segment());
        }
    }

    /// <summary>Bytes of the files.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return (long)_segments.Count << StoreSizing.SegmentBits;
        }
    }

    /// <summary>The file with a number; null where there is none and none is to be made.</summary>
    public IDiskFile? Open(int number, bool create)
    {
        lock (_gate)
        {
            if (!_segments.TryGetValue(number, out var segment))
            {
                if (!create) return null;
                segment = new Segment { File = _disk.Open(PathOf(number), DiskOpen.Create) };
                _segments.Add(number, segment);
            }
            return segment.File ??= _disk.Open(PathOf(number), DiskOpen.ReadWrite);
        }
    }

    /// <summary>States that a write to a file has ended: the next <see cref="Sync"/> must include it. Said before the write, a sync under way could miss it for ever.</summary>
    public void Written(int number)
    {
        lock (_gate)
        {
            if (_segments.TryGetValue(number, out var segment)) segment.IsDirty = true;
        }
    }

    /// <summary>Makes all writes that have ended survive a loss of power.</summary>
    public void Sync()
    {
        List<IDiskFile> dirty = [];
        lock (_gate)
        {
            foreach (var segment in _segments.Values)
            {
                if (segment is not { IsDirty: true, File: { } file }) continue;
                segment.IsDirty = false;
                dirty.Add(file);
            }
        }
        foreach (var file in dirty) file.Sync();
    }

    public void RemoveBefore(int number)
    {
        lock (_gate)
        {
            foreach (var (old, segment) in _segments.TakeWhile(each => each.Key < number).ToArray())
            {
                segment.File?.Dispose();
                _segments.Remove(old);
                _disk.Delete(PathOf(old));
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in _segments.Values) segment.File?.Dispose();
        }
    }

    private string PathOf(int number) => _prefix + number.ToString("D8", CultureInfo.InvariantCulture);

    private sealed class Segment
    {
        public IDiskFile? File;
        public bool IsDirty;
    }
}
