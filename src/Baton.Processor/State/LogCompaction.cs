using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// Keeps a log from growing for ever: a deletion frees no space, and neither does a change of what a checkpoint has made read-only. While the log is longer than it should be, two pages at its beginning are
/// rewritten, live records only, for each page that it grows; so the cost is spread, a few milliseconds at a time.
/// </summary>
/// <remarks>
/// The log should be no longer than twice its live records: then half of what is rewritten is dropped, and compaction gains on the growth that it causes itself. So the memory that is taken follows what is
/// remembered; <c>state.memory</c> is its bound, not its size. What is rewritten lies in memory, unless the live records alone fill half of that.
/// What lies before the new beginning stays on disk until no kept checkpoint needs it: <see cref="StateDirectory"/>.
/// </remarks>
internal sealed class LogCompaction(FasterKV<RecordKey, StateRecord> store, StoreSizing sizing)
{
    private const long PageBytes = 1L << StoreSizing.PageBits;
    private const int RewrittenPerGrowth = 2;

    /// <summary>As long as this part of its memory a log may be, however few of its records are alive: a burst costs no rewriting.</summary>
    private const int LeastPart = 16;

    private readonly StateFunctions _functions = new(static (int _, in RecordKey _, bool _, ref StateRecord _) => { });
    private long _tail = store.Log.TailAddress;
    private long _due;

    /// <summary>Does the work that has become due. Called by the shard's thread, between operations.</summary>
    /// <param name="records">Live records.</param>
    public void Advance(long records)
    {
        var log = store.Log;
        _due += RewrittenPerGrowth * (log.TailAddress - _tail);
        _tail = log.TailAddress;
        // While a checkpoint is being made, records are copied for its sake already; what is due is done afterwards.
        while (_due >= PageBytes && store.SystemState.Phase == Phase.REST)
        {
            // The log then begins after the page's last record, which is not the page's end.
            var until = Math.Min((log.BeginAddress + log.FixedRecordSize & -PageBytes) + PageBytes, log.SafeReadOnlyAddress);
            if (until <= log.BeginAddress || log.TailAddress - log.BeginAddress <= Math.Max(sizing.LogBytes / LeastPart, 2 * records * log.FixedRecordSize))
            {
                _due = 0;
                return;
            }
            _due -= PageBytes;
            log.Compact<Empty, StateRecord, int, StateFunctions>(_functions, until, CompactionType.Lookup);
        }
    }
}
