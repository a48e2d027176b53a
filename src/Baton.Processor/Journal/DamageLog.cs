namespace Baton.Processor.Journal;

/// <summary>Every lost range once, however many readers come upon it; and a copy of the file it was in. Any thread.</summary>
internal sealed class DamageLog(IDisk disk, IEnumerable<string> existing, ILogger logger)
{
    // A file full of holes must not fill the log, too.
    private const int LoggedRanges = 200;

    // Each is as large as a segment: evidence must not fill the disk.
    private const int MostCopies = 16;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, JournalDamage> _ranges = [];
    private JournalLoss _loss;
    private readonly HashSet<string> _copies = new(existing, StringComparer.Ordinal);

    /// <summary>The ranges found since the journal was opened, by position.</summary>
    public IReadOnlyList<JournalDamage> All
    {
        get
        {
            lock (_gate) return [.. _ranges.Values];
        }
    }

    /// <summary>All of them together.</summary>
    public JournalLoss Loss
    {
        get
        {
            lock (_gate) return _loss;
        }
    }

    /// <summary>Copies a file that is about to be cut although there is something intact in what goes.</summary>
    public void KeepCopy(string file)
    {
        lock (_gate) logger.LogWarning("The journal file {File} ends with a group that has holes. {Copy}", file, Copy(file));
    }

    public void Report(JournalDamage damage)
    {
        lock (_gate)
        {
            if (!_ranges.TryAdd(damage.From, damage)) return;
            _loss = new JournalLoss(_loss.Ranges + 1, _loss.Bytes + damage.To - damage.From, _loss.Entries + (damage.EntriesLost ?? 0));
            if (_ranges.Count == LoggedRanges)
                logger.LogError("The journal has many damaged ranges: from here on they are only counted (baton_journal_lost_bytes_total); baton inspect lists them.");
            var copy = Copy(damage.File);
            if (_ranges.Count >= LoggedRanges) return;
            logger.LogError(
                "The journal file {File} is damaged: {Reason}. Lost: positions {From} to {To}, {Bytes} bytes, {Entries} entries. {Copy}",
                damage.File, damage.Reason, damage.From, damage.To, damage.To - damage.From, damage.EntriesLost?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "an unknown number of", copy);
        }
    }

    private string Copy(string file)
    {
        var aside = file + ".corrupt";
        // The first copy is the best evidence: later ones would replace it.
        if (_copies.Contains(aside)) return $"A copy is in {aside}.";
        if (_copies.Count(each => each.EndsWith(".corrupt", StringComparison.Ordinal)) >= MostCopies) return $"No copy was made: there are {MostCopies} already. Remove those that nobody needs.";
        _copies.Add(aside);
        try
        {
            disk.Copy(file, aside);
            return $"A copy is in {aside}.";
        }
        catch (FileNotFoundException)
        {
            return "The file is missing.";
        }
        catch (IOException e)
        {
            return $"No copy could be made: {e.Message}";
        }
    }
}
