using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// Keeps a log from growing for ever: a deletion frees no space, and neither does a change of what a checkpoint has made read-only. The oldest page is rewritten, live records only, whenever the log
/// has grown by half a page and is longer than it should be; so its cost is spread, a few milliseconds at a time.
/// </summary>
/// <remarks>
/// The log should be no longer than three quarters of its memory, so that what is rewritten is still in memory; with more live records than that, no longer than twice those.
/// What lies before the new beginning stays on disk until no kept checkpoint needs it: <see cref="StateDirectory"/>.
/// </remarks>
internal sealed class LogCompaction(FasterKV<RecordKey, StateRecord> store, StoreSizing sizing)
{
    private const long PageBytes = 1L << StoreSizing.PageBits;
    private long _next;

    /// <summary>Does the next piece of work, if one is due. Called by the shard's thread, between operations.</summary>
    /// <param name="keys">Live keys; each is taken as one record and a half, since some have several.</param>
    public void Advance(long keys)
    {
        var log = store.Log;
        if (log.TailAddress < _next || store.SystemState.Phase != Phase.REST) return;
        _next = log.TailAddress + PageBytes / 2;
        var live = keys * log.FixedRecordSize * 3 / 2;
        if (log.TailAddress - log.BeginAddress <= Math.Max(sizing.LogBytes / 4 * 3, 2 * live)) return;
        var until = Math.Min((log.BeginAddress & -PageBytes) + PageBytes, log.SafeReadOnlyAddress);
        if (until <= log.BeginAddress) return;
        log.Compact<Empty, StateRecord, int, StateFunctions>(new StateFunctions(static (int _, in RecordKey _, bool _, ref StateRecord _) => { }), until, CompactionType.Lookup);
    }
}
