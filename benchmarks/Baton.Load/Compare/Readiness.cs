using System.Diagnostics;

namespace Baton.Load.Compare;

/// <summary>Waits for a condition of a process that was just started.</summary>
internal static class Readiness
{
    /// <summary>Long for a machine that does other things as well: nothing is measured yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Throws <see cref="RigFailure"/>, with what the process printed, when it ends or is not ready in time.</summary>
    public static async Task WaitAsync(ChildProcess process, string what, Func<Task<bool>> ready, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await ready())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                string how = process.HasExited ? "ended" : $"was not ready in {Patience.TotalSeconds:F0} s";
                throw new RigFailure($"{what} {how}. It printed:{Environment.NewLine}{process.LastLines}");
            }

            await Task.Delay(Interval, stop);
        }
    }
}
