using System.Diagnostics;
using System.Globalization;
using Baton.Benchmarks.Scan;
using Baton.Benchmarks.State;

namespace Baton.Benchmarks.Judge;

/// <summary>
/// The scan of a span and an event of a job in turn, in plain loops, by processor time: on a machine that others share the clock says little, and BenchmarkDotNet knows no other.
/// Fastest of several rounds, since other work only ever slows.
/// </summary>
internal static class PlainLoop
{
    private const int Rounds = 7;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    /// <summary>Runs all, and prints a table.</summary>
    public static void Run()
    {
        var scan = new ScanBenchmarks();
        var plain = new JudgeBenchmarks();
        plain.SetUp();
        var jobId = new JudgeBenchmarks();
        jobId.SetUpWithJobId();
        var state = new StateBenchmarks();
        state.Open();
        (string Name, Action Body, int Events)[] measured =
        [
            ("Scan, a span", () => scan.Scan(), ScanBenchmarks.Spans),
            ("Handoff, an event", plain.Handoff, JudgeBenchmarks.Events),
            ("HandoffWithJobId, an event", jobId.HandoffWithJobId, JudgeBenchmarks.Events),
            ("StoreAndRemove, a record", state.StoreAndRemove, StateBenchmarks.Records),
        ];
        var nanos = Array.ConvertAll(measured, static _ => double.MaxValue);
        var bytes = new double[measured.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < measured.Length; i++)
            {
                var (took, allocated) = Measure(measured[i].Body, measured[i].Events);
                (nanos[i], bytes[i]) = (Math.Min(nanos[i], took), allocated);
            }
        }
        state.Close();
        for (var i = 0; i < measured.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{measured[i].Name,-28} {nanos[i],7:F0} ns of processor time, {nanos[i] / nanos[0],5:F1} scans, {bytes[i],6:F1} B allocated"));
        }
    }

    private static (double Nanos, double Bytes) Measure(Action body, int events)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, times) = (process.TotalProcessorTime, GC.GetAllocatedBytesForCurrentThread(), 0L);
        process.Refresh();
        while (process.TotalProcessorTime - cpu < RoundTime)
        {
            for (var i = 0; i < 20; i++, times++) body();
            process.Refresh();
        }
        // What asking for the time allocates is a few bytes for each of a thousand events.
        return ((process.TotalProcessorTime - cpu).TotalNanoseconds / (times * events), (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(times * events));
    }
}
