namespace Baton.Processor.Forward;

/// <summary>Looks from time to time whether more waits for an exporter than may.</summary>
internal sealed class BacklogWatch : IDisposable
{
    // A journal takes tens of seconds to fill.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _exceeded = new();
    private readonly ITimer _timer;

    /// <param name="isExceeded">Asked once a second; any thread.</param>
    /// <param name="time">The clock.</param>
    public BacklogWatch(Func<bool> isExceeded, TimeProvider time) =>
        _timer = time.CreateTimer(_ => { if (isExceeded()) Exceed(); }, null, Interval, Interval);

    /// <summary>Cancelled when it does.</summary>
    public CancellationToken Exceeded => _exceeded.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _exceeded.Dispose();
    }

    private void Exceed()
    {
        try
        {
            _exceeded.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer's last call.
        }
    }
}
