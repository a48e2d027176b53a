namespace Baton.Processor.Journal;

/// <summary>
/// Keeps some of the disk free: for Baton's own entries and the state, whose store waits for ever on a disk that is full. Measured when as much was written as could have used it up, and once a second;
/// so nobody else's growth goes unnoticed for long. One caller at a time, but for <see cref="Bytes"/>.
/// </summary>
/// <param name="disk">The disk.</param>
/// <param name="directories">Where Baton writes; each may be on a disk of its own.</param>
/// <param name="least">Bytes to be left on each; 0 turns the guard off.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told when space gets short, and when it returns.</param>
internal sealed class FreeSpace(IDisk disk, IReadOnlyList<string> directories, long least, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan MeasureAgainAfter = TimeSpan.FromSeconds(1);

    // What is written to one disk may be less than half of what it takes: the state grows beside the journal.
    private const int Share = 2;

    private long _measuredAt;
    private long _budget;
    private bool _isLow;

    /// <summary>Bytes free where there are fewest, measured now. Any thread.</summary>
    public long Bytes => directories.Min(disk.FreeBytes);

    /// <summary>Whether so many bytes more may be written.</summary>
    public bool HasRoomFor(long bytes)
    {
        if (least == 0) return true;
        if (_budget < bytes || _measuredAt == 0 || time.GetElapsedTime(_measuredAt) >= MeasureAgainAfter) Measure(bytes);
        if (_budget < bytes) return false;
        _budget -= bytes;
        return true;
    }

    private void Measure(long wanted)
    {
        // What counts as short is a little more than what counts as enough before: or it would come and go with every request.
        var free = Bytes;
        _measuredAt = Math.Max(1, time.GetTimestamp());
        _budget = Math.Max(0, free - (_isLow ? least + least / 8 : least)) / Share;
        var isLow = _budget < wanted;
        if (_isLow == isLow) return;
        _isLow = isLow;
        if (_isLow)
            logger.LogError("Only {Free} bytes are free on the disk of journal or state ({Directories}): new requests are refused, senders should retry. What is there is still forwarded. Free space, or lower journal.min_free; Baton goes on by itself.", free, string.Join(", ", directories));
        else
            logger.LogInformation("{Free} bytes are free on the disk again: requests are taken.", free);
    }
}
