namespace Baton.Processor.Journal;

/// <summary>The journal's segments in order. Readers take snapshots; the leader adds at the end, retention removes at the beginning.</summary>
internal sealed class SegmentSet(IEnumerable<Segment> segments)
{
    private readonly Lock _gate = new();
    private volatile Segment[] _segments = [.. segments];

    /// <summary>A snapshot, oldest first. Empty only until the first segment has been created.</summary>
    public IReadOnlyList<Segment> All => _segments;

    public Segment First => _segments[0];

    public Segment Last => _segments[^1];

    /// <summary>The first segment that holds a position at or after this one. A position that no segment holds any more is before its base.</summary>
    public Segment Find(long position)
    {
        var segments = _segments;
        var low = 0;
        var high = segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].End > position) high = middle;
            else low = middle + 1;
        }
        return segments[low];
    }

    public void Add(Segment segment)
    {
        lock (_gate) _segments = [.. _segments, segment];
    }

    /// <summary>For a segment that held nothing and was created anew.</summary>
    public void ReplaceLast(Segment segment)
    {
        lock (_gate) _segments = [.. _segments[..^1], segment];
    }

    public void Remove(Segment segment)
    {
        lock (_gate) _segments = [.. _segments.Where(each => each != segment)];
    }
}
