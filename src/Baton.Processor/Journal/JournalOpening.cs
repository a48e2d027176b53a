namespace Baton.Processor.Journal;

/// <summary>The steps from a directory to an open journal.</summary>
internal sealed class JournalOpening(JournalOptions options, TimeProvider time, IDisk disk, ILogger logger)
{
    public Journal Run()
    {
        IDisposable? heldLock = null;
        try
        {
            disk.CreateDirectory(options.Directory);
            heldLock = disk.TryLock(Path.Combine(options.Directory, "lock"))
                ?? throw new StartupException($"The journal directory {options.Directory} is in use by another process. Stop that process, or set journal.directory to another directory.");
            return Open(heldLock);
        }
        catch (IOException e)
        {
            heldLock?.Dispose();
            throw new StartupException($"The journal directory {options.Directory} cannot be used: {e.Message} Check journal.directory, its owner and rights, and the space on its disk.", e);
        }
        catch (StartupException)
        {
            heldLock?.Dispose();
            throw;
        }
    }

    private Journal Open(IDisposable heldLock)
    {
        var files = disk.ListFiles(options.Directory);
        foreach (var temporary in files.Where(path => path.EndsWith(".tmp", StringComparison.Ordinal))) disk.Delete(temporary);
        var cursors = new CursorSet(options, disk, time, logger);
        cursors.Load(files, Oldest(files));
        var damage = new DamageLog(disk, files, logger);
        var recovered = new JournalRecovery(options, disk, damage, logger).Run(files, cursors.LowestHold() ?? 0);
        ReportMissingBeginning(recovered, cursors, damage);
        var created = recovered.Segments.Count == 0 && cursors.LowestHold() is null;
        var floor = Math.Max(cursors.Highest(), options.ContinueFrom);
        if (floor > recovered.Tail) recovered = Jump(recovered, floor, damage);
        if (recovered.TornBytes > 0)
        {
            logger.LogWarning(
                "The journal in {Directory} ended within a group that was not completely written, and so never acknowledged: {Bytes} bytes, {Entries} whole entries, are cut at position {Tail}.",
                options.Directory, recovered.TornBytes, recovered.TornEntries, recovered.Tail);
        }
        // The files that are found may have been created just before a crash, and their names not be durable yet.
        if (options.Durability == JournalDurability.Disk) disk.SyncDirectory(options.Directory);
        return Journal.Create(options, time, disk, logger, heldLock, recovered, cursors, damage, created);
    }

    /// <summary>Segments go only when every cursor has passed them: where the oldest begins after one, somebody else removed what was before it.</summary>
    private void ReportMissingBeginning(RecoveredJournal recovered, CursorSet cursors, DamageLog damage)
    {
        if (recovered.Segments.Count == 0 || cursors.LowestFound is not { } lowest || lowest >= recovered.Segments[0].Base) return;
        var from = SegmentHeader.PathOf(options.Directory, lowest);
        damage.Report(new JournalDamage(from, lowest, recovered.Segments[0].Base, null, "the segment files before the oldest one are missing, although a cursor stands before it"));
    }

    /// <summary>The base of the oldest segment, as its name states it.</summary>
    private static long Oldest(IEnumerable<string> files)
    {
        var bases = files.Where(path => SegmentHeader.TryParsePath(path, out _)).Select(path => SegmentHeader.TryParsePath(path, out var position) ? position : 0);
        return bases.DefaultIfEmpty(0).Min();
    }

    /// <summary>
    /// The journal ends before a position that somebody has saved: its end was lost, as can happen when power is lost and nothing is synced. New entries must not get positions that count as dealt with.
    /// </summary>
    private RecoveredJournal Jump(RecoveredJournal recovered, long floor, DamageLog damage)
    {
        var file = recovered.Segments.Count > 0 ? recovered.Segments[^1].Path : options.Directory;
        if (recovered.Segments.Count > 0)
        {
            recovered.Segments[^1].Seal(floor, -1, recovered.Segments[^1].OffsetOf(recovered.Tail));
            recovered.Active?.Dispose();
        }
        damage.Report(new JournalDamage(file, recovered.Tail, floor, null, "its end was lost, but cursors or a checkpoint are beyond it"));
        return recovered with { Active = null, Tail = floor };
    }
}
