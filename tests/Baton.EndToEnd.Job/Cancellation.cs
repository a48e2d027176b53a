namespace Baton.EndToEnd.Job;

internal static class Cancellation
{
    /// <summary>Completes, and does not throw, when the token is cancelled.</summary>
    public static Task AsTask(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
