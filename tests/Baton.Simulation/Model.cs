using Baton.Processor.Journal;

namespace Baton.Simulation;

/// <summary>How processes die in a run.</summary>
public enum Death
{
    /// <summary>The process alone: the system keeps what was written.</summary>
    Process,

    /// <summary>The power fails: what was not synced is lost, wholly or in part.</summary>
    Power,
}

/// <summary>A planted bug, from outside the product. A simulation that does not notice it is worth nothing.</summary>
public enum Flaw
{
    /// <summary>None.</summary>
    None,

    /// <summary>Syncs do nothing.</summary>
    SkippedSync,

    /// <summary>A sender is answered before its entry is written.</summary>
    AckBeforeWrite,

    /// <summary>The manifest is never renamed to CURRENT.</summary>
    MissingRename,

    /// <summary>An exporter's cursor passes entries that are still on their way.</summary>
    CursorAdvancedEarly,

    /// <summary>A verdict's span is journaled without the fact, and so told again after a replay.</summary>
    VerdictRepeated,
}

/// <summary>What a run is made of; everything else follows from its seed.</summary>
public sealed record Model
{
    /// <summary>How processes die.</summary>
    public Death Death { get; init; }

    /// <summary>journal.durability.</summary>
    public JournalDurability Durability { get; init; }

    /// <summary>True for the product's store, on FASTER; false for one in memory.</summary>
    public bool Faster { get; init; }

    /// <summary>True if calls to the disk fail now and then without a crash: short writes, EIO, ENOSPC.</summary>
    public bool Trouble { get; init; }

    /// <summary>The planted bug.</summary>
    public Flaw Flaw { get; init; }

    /// <summary>Shards of the state.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>The models of the promise: a process may die under either durability, power may fail under <c>disk</c>.</summary>
    public static IReadOnlyList<Model> All { get; } =
    [
        new() { Death = Death.Process, Durability = JournalDurability.Os },
        new() { Death = Death.Process, Durability = JournalDurability.Disk, Shards = 2 },
        new() { Death = Death.Power, Durability = JournalDurability.Disk },
        new() { Death = Death.Process, Durability = JournalDurability.Os, Trouble = true },
        new() { Death = Death.Power, Durability = JournalDurability.Disk, Trouble = true, Shards = 2 },
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Death} crashes, durability {Durability}, {(Faster ? "FASTER" : "memory")}{(Trouble ? ", a disk with troubles" : "")}{(Flaw == Flaw.None ? "" : $", {Flaw}")}";
}

/// <summary>Baton broke a promise.</summary>
#pragma warning disable CA1032 // It always says which.
public sealed class BrokenPromiseException(string message) : Exception(message);
#pragma warning restore CA1032
