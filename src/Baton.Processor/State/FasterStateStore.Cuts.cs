using FASTER.core;

namespace Baton.Processor.State;

/// <summary>The store at a moment: cut for a checkpoint, and recovered from one.</summary>
internal sealed partial class FasterStateStore
{
    /// <inheritdoc/>
    /// <remarks>Takes about a millisecond.</remarks>
    public ShardCut BeginCut()
    {
        if (!_store.TryInitiateHybridLogCheckpoint(out var token, CheckpointType.FoldOver))
            throw new InvalidOperationException("A checkpoint was begun before the one before it was completed.");
        // Until the version has changed and everything before it is read-only, the session does nothing else. So no record of the next version lies within the cut, and none has to be undone at recovery.
        while (_store.SystemState.Phase is not (Phase.WAIT_FLUSH or Phase.PERSISTENCE_CALLBACK or Phase.REST)) _session.Refresh();
        return new ShardCut(token, []) { Keys = Count, Records = Records, BeginAddress = _store.Log.BeginAddress, FinalAddress = _store.Log.TailAddress };
    }

    /// <inheritdoc/>
    public async Task<ShardCut> CompleteCutAsync(ShardCut cut, CancellationToken cancellationToken)
    {
        // FASTER does not get the token: cancelled, it would spin for ever. Its task is abandoned instead.
        await _store.CompleteCheckpointAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_metadata.Last is not { } last || last.Token != cut.Token) throw new InvalidOperationException("FASTER completed another checkpoint than the one that was begun.");
        Device.Sync();
        return cut with { Metadata = last.Metadata };
    }

    /// <inheritdoc/>
    public void RemoveBefore(ShardCut oldest) => Device.RemoveBefore(oldest.BeginAddress);

    private void Recover(ShardCut cut)
    {
        Device.Recovering = true;
        try
        {
            // No index token: FASTER rebuilds the index from the log.
            _store.Recover(default, cut.Token);
        }
        catch
        {
            Device.Stop();
            _store.Dispose();
            Device.Dispose();
            throw;
        }
        Device.Recovering = false;
        Count = cut.Keys;
        Records = cut.Records;
    }
}
