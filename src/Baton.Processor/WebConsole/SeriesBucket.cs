namespace Baton.Processor.WebConsole;

/// <summary>What happened to a relay within one step. Counting is safe for any number of threads; a reader may see it half done.</summary>
internal sealed class SeriesBucket(long step)
{
    private readonly long[] _counts = new long[Enum.GetValues<Tally>().Length];
    private int[]? _wakeUp;
    private int[]? _fullLink;
    private long _waiting;
    private long _running;
    private long _missed;

    /// <summary>Which step (<see cref="SeriesClock"/>).</summary>
    public long Step => step;

    /// <summary>Latencies of first pick-ups; null if there was none.</summary>
    public int[]? WakeUp => Volatile.Read(ref _wakeUp);

    /// <summary>Full-link times; null if nothing completed.</summary>
    public int[]? FullLink => Volatile.Read(ref _fullLink);

    /// <summary>Open handoffs that waited, ran, and were missed, as they were seen last within the step.</summary>
    public (long Waiting, long Running, long Missed) Open
    {
        get => (Volatile.Read(ref _waiting), Volatile.Read(ref _running), Volatile.Read(ref _missed));
        set
        {
            Volatile.Write(ref _waiting, value.Waiting);
            Volatile.Write(ref _running, value.Running);
            Volatile.Write(ref _missed, value.Missed);
        }
    }

    /// <summary>How often it happened.</summary>
    public long this[Tally tally] => Volatile.Read(ref _counts[(int)tally]);

    /// <summary>It happened once.</summary>
    public void Count(Tally tally) => Interlocked.Increment(ref _counts[(int)tally]);

    /// <summary>A first pick-up.</summary>
    public void AddWakeUp(double seconds) => LatencyBins.Add(ref _wakeUp, seconds);

    /// <summary>A completion.</summary>
    public void AddFullLink(double seconds) => LatencyBins.Add(ref _fullLink, seconds);
}
