namespace Baton.Load.Serving;

/// <summary>When a server of the rig ends: on a signal; or, started by `compare`, when that is gone, however it went.</summary>
internal static class Lifetime
{
    public static async Task WaitAsync(bool untilStdinCloses, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var signal = stop.Register(() => ended.TrySetResult());
        if (untilStdinCloses) StartWatching(ended);
        await ended.Task;
    }

    /// <summary>A thread of its own: reading from the console blocks, and the pool's threads are what is measured.</summary>
    private static void StartWatching(TaskCompletionSource ended) =>
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }

            ended.TrySetResult();
        })
        { IsBackground = true }.Start();
}
