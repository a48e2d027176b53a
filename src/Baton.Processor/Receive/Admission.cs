namespace Baton.Processor.Receive;

/// <summary>
/// Decides what may come in: nothing new while Baton stops, and never more bytes in flight than the limit, however many senders there are.
/// Bytes are reserved as they arrive, never because a sender announced them. Safe for any number of threads.
/// </summary>
/// <param name="maxInFlightBytes">Bytes that all requests in flight may hold together.</param>
internal sealed class Admission(long maxInFlightBytes)
{
    private long _inFlight;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes that requests hold now.</summary>
    public long InFlightBytes => Volatile.Read(ref _inFlight);

    /// <summary>True once new requests are refused.</summary>
    public bool Stopped => _stopping.Task.IsCompleted;

    /// <summary>Ends when new requests begin to be refused.</summary>
    public Task Stopping => _stopping.Task;

    /// <summary>Refuses new requests from now on; those in flight go on.</summary>
    public void Stop() => _stopping.TrySetResult();

    /// <summary>Reserves bytes; false, and nothing reserved, when they would exceed the limit.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _inFlight, bytes) <= maxInFlightBytes)
            return true;
        Interlocked.Add(ref _inFlight, -bytes);
        return false;
    }

    /// <summary>Gives back what <see cref="TryReserve"/> granted.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _inFlight, -bytes);
}
