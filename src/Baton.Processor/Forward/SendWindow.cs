namespace Baton.Processor.Forward;

/// <summary>
/// How much is on its way at once: at most so many requests, of at most so many bytes together; one request alone may be larger. One
/// caller enters, any thread leaves.
/// </summary>
internal sealed class SendWindow(int maxRequests, long maxBytes)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private long _bytes;

    /// <summary>Counts a request in, if there is room for it.</summary>
    public bool TryEnter(int bytes)
    {
        lock (_gate)
        {
            if (_requests > 0 && (_requests >= maxRequests || _bytes + bytes > maxBytes)) return false;
            _requests++;
            _bytes += bytes;
            return true;
        }
    }

    /// <summary>Ends when a request of this size may be worth another try.</summary>
    public Task WaitForRoomAsync(int bytes, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var room = _requests == 0 || (_requests < maxRequests && _bytes + bytes <= maxBytes);
            return room ? Task.CompletedTask : _left.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Counts a request out.</summary>
    public void Leave(int bytes)
    {
        TaskCompletionSource left;
        lock (_gate)
        {
            _requests--;
            _bytes -= bytes;
            left = _left;
            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        left.SetResult();
    }

    /// <summary>Ends when nothing is on its way. Nothing may enter meanwhile.</summary>
    public async Task WaitUntilEmptyAsync()
    {
        while (true)
        {
            Task left;
            lock (_gate)
            {
                if (_requests == 0) return;
                left = _left.Task;
            }
            await left;
        }
    }
}
