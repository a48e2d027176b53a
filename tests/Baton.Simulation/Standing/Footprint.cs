using System.Diagnostics;
using System.Globalization;

namespace Baton.Simulation.Standing;

/// <summary>What a process holds and has used, at a moment.</summary>
/// <param name="Resident">Bytes of memory of the process.</param>
/// <param name="Peak">The most that it ever was.</param>
/// <param name="Heap">Bytes of the managed heap.</param>
/// <param name="Cpu">Processor time, user and system.</param>
internal readonly record struct Footprint(long Resident, long Peak, long Heap, TimeSpan Cpu)
{
    /// <summary>As it is.</summary>
    public static Footprint Now()
    {
        using var process = Process.GetCurrentProcess();
        return new Footprint(process.WorkingSet64, process.PeakWorkingSet64, GC.GetTotalMemory(forceFullCollection: false), process.TotalProcessorTime);
    }

    /// <summary>Without what is garbage.</summary>
    public static Footprint OfWhatIsAlive()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Now();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Resident >> 20} MiB resident (at most {Peak >> 20}), {Heap >> 20} MiB managed heap, {Cpu.TotalSeconds:F1} s processor time");
}
