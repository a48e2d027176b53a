using System.Diagnostics;

namespace Baton.Load.Generate;

/// <summary>Hands out the moments at which requests are due, evenly spaced; all call slots draw from one.</summary>
internal sealed class Pacer(double requestsPerSecond)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _next = -1;

    /// <summary>
    /// Waits for the next request's moment. If every slot was busy, moments pass late: then the rate that was reached is lower than
    /// the one that was asked for, and latency is that of the calls alone.
    /// </summary>
    public async ValueTask WaitAsync(CancellationToken stop)
    {
        if (requestsPerSecond <= 0) return;
        double due = Interlocked.Increment(ref _next) / requestsPerSecond;
        double wait = due - Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait), stop);
    }
}
