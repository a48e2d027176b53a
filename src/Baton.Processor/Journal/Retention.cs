namespace Baton.Processor.Journal;

/// <summary>Removes segments that every holder has passed. Any thread.</summary>
internal sealed class Retention(IDisk disk, SegmentSet segments, Func<long?> lowestHold, ILogger logger)
{
    private readonly Lock _gate = new();

    /// <summary>Told how many bytes have been removed.</summary>
    public Action<long> Removed { get; set; } = _ => { };

    /// <summary>Whether every holder has passed a position. False when there is none: then nobody has said yet what may go.</summary>
    public bool AllPassed(long position) => lowestHold() >= position;

    /// <summary>Removes what can go, oldest first, so that the rest stays contiguous.</summary>
    public void Reclaim()
    {
        if (lowestHold() is not { } hold) return;
        lock (_gate)
        {
            while (segments.First is { } first && first != segments.Last && first.End <= hold)
            {
                try
                {
                    disk.Delete(first.Path);
                }
                catch (IOException e)
                {
                    logger.LogWarning("The journal segment {File} is no longer needed and cannot be removed: {Error}", first.Path, e.Message);
                    return;
                }
                segments.Remove(first);
                Removed(first.FileBytes);
            }
        }
    }
}
