namespace Baton.Processor.Journal;

/// <summary>A range of the journal that is lost.</summary>
/// <param name="File">The file it was in, or should have been in.</param>
/// <param name="From">The first lost position.</param>
/// <param name="To">The first position after the loss.</param>
/// <param name="EntriesLost">How many entries were there; null when that cannot be told.</param>
/// <param name="Reason">What was found, for a log line.</param>
public sealed record JournalDamage(string File, long From, long To, long? EntriesLost, string Reason);

/// <summary>What is lost altogether.</summary>
/// <param name="Ranges">Ranges of positions.</param>
/// <param name="Bytes">Bytes in them.</param>
/// <param name="Entries">Entries that are known to have been there; ranges that tell nothing are not counted.</param>
public readonly record struct JournalLoss(long Ranges, long Bytes, long Entries);

/// <summary>What was found and done when the journal was opened.</summary>
public sealed record RecoveryReport
{
    /// <summary>Ranges below the tail that are lost. What lies in older segments is noticed when it is read.</summary>
    public required IReadOnlyList<JournalDamage> Damage { get; init; }

    /// <summary>Bytes cut from the end: a group that was never completely written, and so never acknowledged.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Whole entries among those bytes.</summary>
    public required int TornEntries { get; init; }

    /// <summary>Where the journal went on.</summary>
    public required long Tail { get; init; }

    /// <summary>Whether the directory held no journal before.</summary>
    public required bool Created { get; init; }
}
