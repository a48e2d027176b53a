namespace Baton.Processor.Telemetry;

/// <summary>
/// Decides which observations of a histogram get an exemplar. An exemplar costs allocations, and a bucket shows its last one only, so a
/// few for each bucket between two scrapes are all that anybody can see; by bucket, so that the rare slow ones have theirs too. Safe for
/// any number of threads.
/// </summary>
internal sealed class ExemplarBudget
{
    // More than one, so that several relays get theirs; the budget is shared by the series of a histogram.
    private const int PerBucket = 8;

    private readonly double[] _bounds;
    private readonly int[] _left;

    /// <param name="instruments">Whose scrapes renew the budget.</param>
    /// <param name="bounds">The histogram's bucket bounds, ascending.</param>
    public ExemplarBudget(Instruments instruments, double[] bounds)
    {
        _bounds = bounds;
        _left = new int[bounds.Length + 1];
        Array.Fill(_left, PerBucket);
        instruments.OnScrape(() => Array.Fill(_left, PerBucket));
    }

    /// <summary>True if this observation shall have one.</summary>
    public bool Take(double value)
    {
        var bucket = Array.BinarySearch(_bounds, value);
        ref var left = ref _left[bucket < 0 ? ~bucket : bucket];
        return Volatile.Read(ref left) > 0 && Interlocked.Decrement(ref left) >= 0;
    }
}
