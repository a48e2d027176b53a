namespace Baton.Processor.Journal;

/// <summary>What the files held, after the torn tail has been cut.</summary>
/// <param name="Segments">The segments, oldest first, all but the last one sealed; the last too, unless it can be continued.</param>
/// <param name="Active">The last segment's file, when it can be continued.</param>
/// <param name="Tail">Where the next entry goes.</param>
/// <param name="NextSequence">The sequence of the next entry.</param>
/// <param name="LastArrivalUnixNanos">A time before which nothing may arrive any more; 0 when there is none.</param>
/// <param name="SizeBytes">Bytes that the segments take.</param>
/// <param name="TornBytes">Bytes that were cut.</param>
/// <param name="TornEntries">Whole entries that were cut.</param>
internal sealed record RecoveredJournal(
    IReadOnlyList<Segment> Segments, IDiskFile? Active, long Tail, long NextSequence, long LastArrivalUnixNanos, long SizeBytes, long TornBytes, int TornEntries);

/// <summary>
/// Finds the journal's end. Only the last segment is read, so that a start is quick: a crash of the process damages nothing else, and damage elsewhere is found, and reported, when it is read.
/// </summary>
internal sealed class JournalRecovery(JournalOptions options, IDisk disk, DamageLog damage, ILogger logger)
{
    private const int InputOutputError = 5;

    private sealed record Candidate(Segment Segment, long FileBytes, long ArrivalFloor);

    /// <param name="files">The directory's files.</param>
    /// <param name="needed">The position below which nobody needs anything: a gap before it is no loss.</param>
    public RecoveredJournal Run(IEnumerable<string> files, long needed)
    {
        var found = new List<Candidate>();
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            if (SegmentHeader.TryParsePath(path, out var position) && Examine(path, position) is { } candidate) found.Add(candidate);
        }
        if (found.Count == 0) return new RecoveredJournal([], null, 0, 0, 0, 0, 0, 0);
        for (var i = 0; i + 1 < found.Count; i++) SealAgainst(found[i], found[i + 1].Segment, needed);
        return Finish(found);
    }

    private Candidate? Examine(string path, long position)
    {
        var bytes = new byte[SegmentHeader.Size];
        if (!TryReadStart(path, bytes, out var length)) return null;
        if (SegmentHeader.TryRead(bytes, out var header))
        {
            if (header.Version != SegmentHeader.CurrentVersion)
            {
                throw new StartupException(
                    $"The journal segment {path} has format version {header.Version}; this Baton reads version {SegmentHeader.CurrentVersion}. Start the Baton that wrote it, let it send what is left, and then upgrade; or set journal.directory to an empty directory.");
            }
            if (header.BasePosition == position) return new Candidate(new Segment(path, position, header.FirstSequence), length, header.ArrivalFloorUnixNanos);
            logger.LogError("The journal segment {File} was renamed: it belongs to position {Position}. It is left out, as {Aside}.", path, header.BasePosition, path + ".corrupt");
            disk.Rename(path, path + ".corrupt");
            return null;
        }
        if (length <= SegmentHeader.Size)
        {
            // A crash while the segment was created: nothing in it was ever acknowledged.
            disk.Delete(path);
            return null;
        }
        logger.LogError("The header of the journal segment {File} is damaged. Its entries are read all the same.", path);
        return new Candidate(new Segment(path, position, -1), length, -1);
    }

    /// <summary>Reads what can be read of the first bytes. A file that the disk cannot even open is put aside: a new segment of the same name must not empty it. One without rights is for the operator to put right.</summary>
    private bool TryReadStart(string path, byte[] bytes, out long length)
    {
        length = 0;
        IDiskFile file;
        try
        {
            file = disk.Open(path, DiskOpen.Read);
        }
        catch (IOException e) when (e.HResult == InputOutputError)
        {
            logger.LogError("The journal segment {File} cannot be opened: {Error} Its entries are lost. It is put aside, as {Aside}.", path, e.Message, path + ".corrupt");
            disk.Rename(path, path + ".corrupt");
            return false;
        }
        using (file)
        {
            length = file.Length;
            try
            {
                file.Read(bytes, 0);
            }
            catch (IOException e)
            {
                // Frames state their own position, so the file's name is enough to go on.
                logger.LogError("The header of the journal segment {File} cannot be read: {Error}", path, e.Message);
            }
        }
        return true;
    }

    /// <summary>A segment reaches to where the next one begins: what it holds beyond was a failed write, and what it lacks is lost.</summary>
    private void SealAgainst(Candidate candidate, Segment next, long needed)
    {
        var segment = candidate.Segment;
        segment.Seal(next.Base, next.FirstSequence, candidate.FileBytes);
        if (segment.OffsetOf(next.Base) <= candidate.FileBytes || next.Base <= needed) return;
        foreach (var hole in SegmentScan.Run(disk, segment, next.Base).Holes) damage.Report(hole);
    }

    private RecoveredJournal Finish(List<Candidate> found)
    {
        var last = found[^1];
        var scan = ReadThrough(last);
        var (sequence, arrival) = (scan.NextSequence, scan.LastArrival);
        for (var i = found.Count - 2; i >= 0 && (sequence < 0 || arrival < 0); i--)
        {
            var earlier = ReadThrough(found[i]);
            (sequence, arrival) = (Math.Max(sequence, earlier.NextSequence), Math.Max(arrival, earlier.LastArrival));
        }
        sequence = Math.Max(sequence, 0);
        var active = Cut(last.Segment, scan);
        var kept = last.Segment.OffsetOf(scan.GoodEnd);
        if (active is null) last.Segment.Seal(scan.GoodEnd, sequence, kept);
        var size = found.SkipLast(1).Sum(candidate => candidate.FileBytes) + kept;
        return new RecoveredJournal([.. found.Select(candidate => candidate.Segment)], active, scan.GoodEnd, sequence, Math.Max(arrival, 0), size, scan.TornBytes, scan.TornEntries);
    }

    /// <summary>Opens the last segment to be continued; null when it is damaged or the disk refuses, and another segment has to follow it.</summary>
    private IDiskFile? Cut(Segment segment, SegmentScan scan)
    {
        IDiskFile? file = null;
        try
        {
            file = disk.Open(segment.Path, DiskOpen.ReadWrite);
            if (scan.TornBytes > 0) file.Truncate(segment.OffsetOf(scan.GoodEnd));
            // What a crash left unsynced is about to be read and acted upon: it must not vanish after that; and what is cut must not come back.
            if (scan.TornBytes > 0 || options.Durability == JournalDurability.Disk) file.Sync();
            if (!scan.Damage.Any()) return file;
            file.Dispose();
            return null;
        }
        catch (IOException e)
        {
            logger.LogWarning("The journal segment {File} cannot be continued: {Error} A new one is begun.", segment.Path, e.Message);
            file?.Dispose();
            return null;
        }
    }

    private SegmentScan ReadThrough(Candidate candidate)
    {
        var segment = candidate.Segment;
        var end = segment.Base + Math.Max(0, candidate.FileBytes - SegmentHeader.Size);
        var scan = SegmentScan.Run(disk, segment, Math.Min(end, segment.End));
        // When every group is synced before it is acknowledged, a loss of power can leave any sectors of the last one: a hole in it, with intact frames behind, is a torn tail like any other.
        // Unsynced groups are torn only at their end when the process dies; there a hole is damage to what had been acknowledged.
        if (options.Durability == JournalDurability.Disk && segment.End == long.MaxValue && scan.LastGroupHasHoles)
        {
            damage.KeepCopy(segment.Path);
            scan = scan.WithoutLastGroup();
        }
        foreach (var hole in scan.Damage) damage.Report(hole);
        return scan with { NextSequence = Math.Max(scan.NextSequence, segment.FirstSequence), LastArrival = Math.Max(scan.LastArrival, candidate.ArrivalFloor) };
    }
}
