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

    /// <summary>Bytes of pages that are left to the collector before it is asked to look.</summary>
    private const long MostLeft = 8 * PageBytes;

    private readonly StateFunctions _functions = new(static (int _, in RecordKey _, bool _, ref StateRecord _) => { });
    private long _tail = store.Log.TailAddress;
    private long _due;
    private long _held = store.Log.MemorySizeBytes;
    private long _left;

    /// <summary>Does the work that has become due. Called by the shard's thread, between operations.</summary>
    /// <param name="records">Live records.</param>
    public void Advance(long records)
    {
        Rewrite(records);
        CollectPages();
    }

    private void Rewrite(long records)
    {
        var log = store.Log;
        _due += RewrittenPerGrowth * (log.TailAddress - _tail);
        _tail = log.TailAddress;
        // While a checkpoint is being made, records are copied for its sake already; what is due is done afterwards.
        while (_due >= PageBytes && store.SystemState.Phase == Phase.REST)
        {
            // The log then begins after the page's last record, which is not the page's end.
            var until = Math.Min((log.BeginAddress + log.FixedRecordSize & -PageBytes) + PageBytes, log.TailAddress & -PageBytes);
            if (until <= log.BeginAddress || log.TailAddress - log.BeginAddress <= Math.Max(sizing.LogBytes / LeastPart, 2 * records * log.FixedRecordSize))
            {
                _due = 0;
                return;
            }
            // What may still be changed in place cannot be rewritten. Waiting for the next checkpoint to end that would let the log swing between once and
            // twice its length, and each swing leave pages behind that only a collection of the oldest generation frees.
            if (until > log.SafeReadOnlyAddress) log.ShiftReadOnlyAddress(until, wait: false);
            until = Math.Min(until, log.SafeReadOnlyAddress);
            if (until <= log.BeginAddress) return;
            _due -= PageBytes;
            log.Compact<Empty, StateRecord, int, StateFunctions>(_functions, until, CompactionType.Lookup);
        }
    }

    /// <summary>
    /// FASTER keeps a few of the pages that it does not need any more, and leaves the others to the collector. They are of the oldest generation, which it looks at
    /// every few minutes where little else is allocated: so it is asked to, in the background.
    /// </summary>
    private void CollectPages()
    {
        var held = store.Log.MemorySizeBytes;
        _left += Math.Max(0, _held - held);
        _held = held;
        if (_left < MostLeft) return;
        _left = 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }
}
