using System.Buffers;
using Baton.Processor.State;

namespace Baton.Processor.Watch;

/// <summary>Takes checkpoints between epochs, and tells the journal what it need not keep for them. The watch leg's thread only.</summary>
internal sealed class Checkpoints(Journal.Journal journal, StateDirectory state, EngineInForce engine, WatchSettings settings, long position, ILogger logger)
{
    // Between those that are taken before their time.
    private const long LeastIntervalNanos = 1_000_000_000;

    private readonly ArrayBufferWriter<byte> _tables = new();
    private readonly long _intervalNanos = (long)settings.CheckpointInterval.TotalNanoseconds;
    private Task<bool>? _running;
    private long _position = position;
    private long _at;

    /// <summary>Ends what has been completed, and begins what is due.</summary>
    /// <param name="applied">Everything before this position is applied, and no epoch is open.</param>
    /// <param name="nowUnixNanos">The time.</param>
    /// <param name="isJournalFull">True if a checkpoint should not wait, because it frees what the journal keeps for an older one.</param>
    /// <exception cref="IOException">The stores cannot be relied on any more.</exception>
    public void Poll(long applied, long nowUnixNanos, bool isJournalFull)
    {
        if (_running is { IsCompleted: true }) End();
        if (_at == 0) _at = nowUnixNanos;
        if (_running is not null) return;
        var since = nowUnixNanos - _at;
        var isDue = applied > _position && since >= _intervalNanos;
        var isEarly = since >= LeastIntervalNanos && (applied - _position >= settings.CheckpointBytes || isJournalFull && applied > (state.RetainFrom ?? 0));
        if (isDue || isEarly) Begin(applied, nowUnixNanos);
    }

    /// <summary>Takes a last checkpoint, if there is something to save, and waits for it.</summary>
    /// <param name="applied">As for <see cref="Poll"/>.</param>
    /// <param name="abort">Ends the waiting; what is not saved is replayed at the next start.</param>
    public void Finish(long applied, CancellationToken abort)
    {
        try
        {
            Wait(abort);
            if (applied <= _position) return;
            Begin(applied, 0);
            Wait(abort);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("The last checkpoint was not completed in time; the next start replays the journal from position {Position}.", state.RetainFrom ?? journal.Head);
        }
    }

    private void Begin(long applied, long now)
    {
        _tables.ResetWrittenCount();
        engine.Engine.WriteCheckpoint(_tables);
        _position = applied;
        _at = now;
        _running = state.CheckpointAsync(applied, _tables.WrittenMemory);
    }

    private void Wait(CancellationToken abort)
    {
        if (_running is null) return;
        _running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(abort);
        End();
    }

    private void End()
    {
        var isCurrent = _running!.GetAwaiter().GetResult();
        _running = null;
        if (isCurrent && state.RetainFrom is { } retained) journal.Retain(WatchLeg.Cursor, retained);
    }
}
