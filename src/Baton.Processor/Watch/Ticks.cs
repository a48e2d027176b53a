namespace Baton.Processor.Watch;

/// <summary>
/// Decides when time may pass for the engine: only when everything that arrived by then has been applied, Baton's own entries too, so that no deadline is told while what would have met it
/// lies unread in the journal. The watch leg's thread only.
/// </summary>
internal sealed class Ticks(Journal.Journal journal, EngineInForce engine, EpochReader epochs, OwnEntries own, Func<TimeSpan> blindAfter, ILogger logger)
{
    // Deadlines are told within a tenth of a second; more ticks than this would only cost.
    private const long LeastIntervalNanos = 10_000_000;

    // Under load the leg is never exactly at the tail. When it is this close, time passes up to the last entry that was applied: whatever is still unread arrived after that.
    private const long CloseNanos = 1_000_000_000;

    private long _observed;
    private long _ticked;

    /// <summary>The time that was read last, Unix nanoseconds. Any thread.</summary>
    public long NowUnixNanos => Interlocked.Read(ref _observed);

    /// <summary>True while the leg is so far behind that nothing is told. The watch leg's thread.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>The time of the last tick, Unix nanoseconds. The watch leg's thread.</summary>
    public long TickedUnixNanos => _ticked;

    /// <summary>Reads the clock, and notices a suspension: whoever was suspended has seen nothing meanwhile, and begins anew.</summary>
    /// <returns>The journal's tail at that time.</returns>
    public long Observe()
    {
        var (tail, now) = journal.Observe();
        if (_observed > 0 && now - _observed > (long)blindAfter().TotalNanoseconds)
        {
            logger.LogWarning("The watch leg did not run for {Seconds:F0} s: the machine was suspended, its clock was set, or the state's disk stalled. What waits is held back as after a start.", (now - _observed) / 1e9);
            own.AddStart();
        }
        Interlocked.Exchange(ref _observed, now);
        return tail;
    }

    /// <summary>Lets time pass, if it may.</summary>
    /// <param name="tail">What <see cref="Observe"/> returned.</param>
    public void Tick(long tail)
    {
        if (own.IsBlocked || epochs.Applied <= own.LastPosition) return;
        var isAtTail = epochs.Applied >= tail;
        IsBehind = !isAtTail && _observed - epochs.LastArrivalUnixNanos > CloseNanos;
        if (IsBehind || epochs.InEpoch) return;
        var time = isAtTail ? _observed : epochs.LastArrivalUnixNanos;
        if (time < _ticked + LeastIntervalNanos && !engine.Engine.HasMoreToTell) return;
        engine.Engine.Tick(time);
        _ticked = time;
    }
}
