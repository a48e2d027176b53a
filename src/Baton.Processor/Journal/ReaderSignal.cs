using System.Threading.Tasks.Sources;

namespace Baton.Processor.Journal;

/// <summary>Wakes one waiting reader. A wait costs no allocation, a signal to a reader that does not wait one interlocked instruction.</summary>
internal sealed class ReaderSignal : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _waiting;

    /// <summary>Announces a wait. What is waited for must be looked at once more afterwards, and the wait then be taken back or awaited.</summary>
    public ValueTask Arm()
    {
        _core.Reset();
        Interlocked.Exchange(ref _waiting, 1);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Takes the wait back; false when a signal came first, and the task must be awaited.</summary>
    public bool TryDisarm() => Interlocked.CompareExchange(ref _waiting, 0, 1) == 1;

    public void Set()
    {
        if (TryDisarm()) _core.SetResult(true);
    }

    public void Cancel(CancellationToken cancellation)
    {
        if (TryDisarm()) _core.SetException(new OperationCanceledException(cancellation));
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
