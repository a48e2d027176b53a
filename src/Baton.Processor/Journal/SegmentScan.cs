namespace Baton.Processor.Journal;

/// <summary>What one segment holds, read from its beginning to its end.</summary>
internal sealed record SegmentScan
{
    /// <summary>Where the last complete group ends.</summary>
    public required long GoodEnd { get; init; }

    /// <summary>The sequence that follows it; -1 when there is none.</summary>
    public long NextSequence { get; init; } = -1;

    /// <summary>Its arrival; -1 when there is none.</summary>
    public long LastArrival { get; init; } = -1;

    /// <summary>Bytes behind it.</summary>
    public long TornBytes { get; init; }

    /// <summary>Whole entries among those bytes.</summary>
    public int TornEntries { get; init; }

    /// <summary>Every range without an intact frame.</summary>
    public IReadOnlyList<JournalDamage> Holes { get; init; } = [];

    /// <summary>What is lost before <see cref="GoodEnd"/>. In a segment that is the last, what is behind it is a torn tail.</summary>
    public IEnumerable<JournalDamage> Damage => Holes.Where(hole => hole.From < GoodEnd);

    /// <summary>Whether part of the last group is lost.</summary>
    public bool LastGroupHasHoles => Before is not null && Damage.Any(hole => hole.From >= Before.GoodEnd);

    // The state after the last group but one, and how many entries of the last one are intact.
    private SegmentScan? Before { get; init; }

    private int LastGroupEntries { get; init; }

    /// <summary>Reads a segment up to a position. The disk may refuse: what cannot be read counts as damage.</summary>
    public static SegmentScan Run(IDisk disk, Segment segment, long end)
    {
        var holes = new List<JournalDamage>();
        var scan = new SegmentScan { GoodEnd = segment.Base };
        using var reader = new SegmentReader(segment, disk.Open(segment.Path, DiskOpen.Read), segment.Base, holes.Add);
        while (reader.Read(1 << 20, end) is { } block)
        {
            using (block)
            {
                for (var i = 0; i < block.Count; i++) scan = scan.With(block[i]);
            }
        }
        // What could not be read may be there all the same, at the next try: nothing of it is cut.
        if (reader.HadReadErrors) scan = scan with { GoodEnd = end, TornEntries = 0, Before = null };
        return scan with { TornBytes = end - scan.GoodEnd, Holes = holes };
    }

    /// <summary>The same segment, with the last group counted as torn.</summary>
    public SegmentScan WithoutLastGroup() => Before! with
    {
        TornBytes = TornBytes + GoodEnd - Before.GoodEnd,
        TornEntries = TornEntries + LastGroupEntries,
        Holes = Holes,
    };

    private SegmentScan With(JournalEntry entry)
    {
        if (!entry.EndOfGroup) return this with { TornEntries = TornEntries + 1 };
        return new SegmentScan
        {
            GoodEnd = entry.NextPosition,
            NextSequence = entry.Sequence + 1,
            LastArrival = entry.ArrivalUnixNanos,
            LastGroupEntries = TornEntries + 1,
            Before = this with { Before = null, TornEntries = 0 },
        };
    }
}
