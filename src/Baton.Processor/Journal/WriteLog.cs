namespace Baton.Processor.Journal;

/// <summary>Counts failed writes, and says so once when they begin and once when they end. Only the leader uses it, but for the counter.</summary>
internal sealed class WriteLog(JournalOptions options, ILogger logger)
{
    private long _failures;
    private long _failing;

    public long Failures => Interlocked.Read(ref _failures);

    public void Succeeded()
    {
        if (_failing == 0) return;
        logger.LogInformation("The journal in {Directory} can be written again, after {Count} failed writes.", options.Directory, _failing);
        _failing = 0;
    }

    public AppendStatus Failed(Exception e)
    {
        Interlocked.Increment(ref _failures);
        if (_failing++ == 0)
        {
            logger.LogError("The journal in {Directory} cannot be written: {Error} Requests are refused, senders should retry. Free space on the disk or repair it; Baton goes on by itself.", options.Directory, e.Message);
        }
        return IsDiskFull(e) ? AppendStatus.Full : AppendStatus.Failed;
    }

    /// <summary>ENOSPC, EDQUOT; ERROR_DISK_FULL on Windows.</summary>
    private static bool IsDiskFull(Exception e) => e is IOException && e.HResult is 28 or 122 or unchecked((int)0x8007_0070);
}
