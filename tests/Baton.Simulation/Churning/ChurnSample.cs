using System.Globalization;
using Baton.Continuity.Judge;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Simulation;

/// <summary>What is held at a moment of a churn; sizes in bytes.</summary>
/// <param name="Second">Virtual seconds since the beginning.</param>
/// <param name="Traces">Traces that are remembered.</param>
/// <param name="StateMemory">Of the stores.</param>
/// <param name="StateDisk">Of the stores' files.</param>
/// <param name="JournalDisk">Of the journal's segments.</param>
/// <param name="Resident">Of the process: with everything else that it does.</param>
public sealed record ChurnSample(long Second, long Traces, long StateMemory, long StateDisk, long JournalDisk, long Resident)
{
    /// <summary>Names the columns of <see cref="ToString"/>.</summary>
    public static string Header => "second,traces,state_memory,state_disk,journal_disk,resident";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Second},{Traces},{StateMemory},{StateDisk},{JournalDisk},{Resident}");

    internal static ChurnSample Of(long second, Engine engine, StateDirectory state, Journal journal) =>
        new(second, engine.Traces, state.Stores.Sum(store => store.MemoryBytes), state.Stores.Sum(store => store.DiskBytes), journal.SizeBytes, Environment.WorkingSet);
}
