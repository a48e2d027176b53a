using System.Diagnostics;
using System.Globalization;

namespace Baton.Load.Compare;

/// <summary>Every counter of the rig at (nearly) one moment; two of them make a measurement.</summary>
/// <param name="At">Of the monotonic clock.</param>
/// <param name="Arrived">Spans at the sink since it started.</param>
/// <param name="Hop">CPU time of the hop so far.</param>
/// <param name="Sink">CPU time of the sink so far.</param>
/// <param name="Load">CPU time of the generator so far.</param>
/// <param name="Machine">CPU time that the machine spent on anything so far, stolen time included.</param>
internal sealed record Reading(TimeSpan At, long Arrived, TimeSpan Hop, TimeSpan Sink, TimeSpan Load, TimeSpan Machine)
{
    /// <summary>Linux counts these in hundredths of a second.</summary>
    private const double TicksPerSecond = 100;

    public static async Task<Reading> TakeAsync(ChildProcess hop, SinkProcess sink, ChildProcess load, CancellationToken stop)
    {
        long arrived = (await sink.CountAsync(stop)).Spans;
        return new Reading(Stopwatch.GetElapsedTime(0), arrived, hop.Cpu(), sink.Process.Cpu(), load.Cpu(), MachineBusy());
    }

    /// <summary>The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.</summary>
    private static TimeSpan MachineBusy()
    {
        string line = File.ReadLines("/proc/stat").First();
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. words[1..9].Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return TimeSpan.FromSeconds((ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond);
    }
}
