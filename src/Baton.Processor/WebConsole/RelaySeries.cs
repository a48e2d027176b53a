namespace Baton.Processor.WebConsole;

/// <summary>
/// What happened to one relay in the last hour. A step takes room only if something happened in it: at most a kilobyte, so a busy relay takes a
/// quarter of a megabyte. Safe for any number of threads.
/// </summary>
internal sealed class RelaySeries(SeriesClock clock)
{
    private readonly SeriesBucket?[] _buckets = new SeriesBucket?[SeriesClock.Steps];

    /// <summary>The step of a time, to count in; null if it is too long ago to be shown.</summary>
    public SeriesBucket? At(long unixNanos)
    {
        var step = clock.StepOf(unixNanos);
        if (step < clock.Oldest)
            return null;
        ref var place = ref _buckets[step % SeriesClock.Steps];
        var found = Volatile.Read(ref place);
        while (found is null || found.Step < step)
        {
            var fresh = new SeriesBucket(step);
            var before = Interlocked.CompareExchange(ref place, fresh, found);
            if (before == found)
                return fresh;
            found = before;
        }
        return found.Step == step ? found : null;
    }

    /// <summary>The step being filled.</summary>
    public SeriesBucket? Now => At(long.MaxValue);

    /// <summary>What is known of a step; null if nothing happened in it.</summary>
    public SeriesBucket? Of(long step) =>
        Volatile.Read(ref _buckets[step % SeriesClock.Steps]) is { } bucket && bucket.Step == step ? bucket : null;

    /// <summary>The steps that are kept and not empty, oldest first.</summary>
    /// <param name="last">How many steps to look back at most.</param>
    public IEnumerable<SeriesBucket> Last(int last = SeriesClock.Steps)
    {
        var newest = clock.Newest;
        for (var step = newest - Math.Min(last, SeriesClock.Steps) + 1; step <= newest; step++)
        {
            if (Of(step) is { } bucket)
                yield return bucket;
        }
    }
}
