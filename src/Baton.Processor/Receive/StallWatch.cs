namespace Baton.Processor.Receive;

/// <summary>
/// Gives up bodies whose senders stopped sending. Kestrel's own minimum data rate is an average over the whole body and over all streams of a
/// connection: a sender that sent 25 MB quickly could then hold them for a day, and one busy stream hides a stalled one. Here each body must progress in each period.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    private readonly Lock _gate = new();
    // The value tells whether the body was there at the last look: a body has at least one whole period.
    private readonly Dictionary<RequestBody, Progress> _bodies = [];
    private readonly List<RequestBody> _looked = [];
    private readonly long _minBytesPerPeriod;
    private readonly ITimer _timer;

    /// <param name="period">How often to look.</param>
    /// <param name="minBytesPerSecond">What a body must bring on average within each period.</param>
    /// <param name="time">Runs the timer.</param>
    public StallWatch(TimeSpan period, int minBytesPerSecond, TimeProvider time)
    {
        _minBytesPerPeriod = (long)(period.TotalSeconds * minBytesPerSecond);
        _timer = time.CreateTimer(_ => Look(), null, period, period);
    }

    private enum Progress
    {
        New,
        Seen,
        GivenUp,
    }

    /// <summary>Bodies under watch: those that did not arrive in one piece.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _bodies.Count;
        }
    }

    /// <summary>Bytes that the bodies under watch have brought.</summary>
    public long ArrivedBytes
    {
        get
        {
            lock (_gate)
                return _bodies.Keys.Sum(body => (long)body.Arrived);
        }
    }

    /// <summary>Begins to watch a body.</summary>
    public void Add(RequestBody body)
    {
        lock (_gate)
            _bodies.Add(body, Progress.New);
    }

    /// <summary>Ends the watch; true if the body was given up.</summary>
    public bool Remove(RequestBody body)
    {
        lock (_gate)
            return _bodies.Remove(body, out var progress) && progress == Progress.GivenUp;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            _looked.AddRange(_bodies.Keys);
            foreach (var body in _looked)
                _bodies[body] = Look(body, _bodies[body]);
            _looked.Clear();
        }
    }

    private Progress Look(RequestBody body, Progress before)
    {
        var arrived = body.Arrived;
        if (before == Progress.GivenUp || (before == Progress.Seen && arrived - body.ArrivedBefore < _minBytesPerPeriod))
        {
            // Under the lock: a body that was removed may already belong to another request.
            body.GiveUp();
            return Progress.GivenUp;
        }
        body.ArrivedBefore = arrived;
        return Progress.Seen;
    }
}
