namespace Baton.Testing.Sink;

/// <summary>What arrived, and who waits for it. Snapshots are taken under the lock; conditions run outside it.</summary>
internal sealed class Recording
{
    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly List<RecordedSpan> _taken = [];
    private readonly List<string> _faults = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    public IReadOnlyList<RecordedSpan> TakenSpans
    {
        get
        {
            lock (_lock)
                return [.. _taken];
        }
    }

    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_lock)
                return [.. _faults];
        }
    }

    public void Faulted(string fault) => Change(() => _faults.Add(fault));

    public void Arrived(RecordedRequest request) => Change(() => _requests.Add(request));

    /// <exception cref="InvalidDataException">The answer takes what cannot be read; nothing has changed.</exception>
    public void Answered(RecordedRequest request, SinkAnswer answer)
    {
        var spans = answer.Taken ? request.Spans : [];
        Change(() =>
        {
            request.Answer = answer;
            _taken.AddRange(spans);
        });
    }

    public async Task WaitAsync(Func<bool> condition, TimeSpan timeout)
    {
        using var expired = new CancellationTokenSource(timeout);
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition())
                return;
            try
            {
                await changed.WaitAsync(expired.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(Describe(timeout));
            }
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    private string Describe(TimeSpan timeout)
    {
        var spans = TakenSpans;
        return $"What was awaited did not arrive within {timeout}. {Requests.Count} requests, {spans.Count} spans taken:"
            + string.Concat(spans.Select(span => $"{Environment.NewLine}  {span}"))
            + string.Concat(Faults.Select(fault => $"{Environment.NewLine}  malformed: {fault}"));
    }
}
