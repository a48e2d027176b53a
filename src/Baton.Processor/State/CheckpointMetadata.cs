using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// What FASTER writes of a checkpoint besides the log: a few lines. They are kept here, and go into the one manifest of all shards, so that a checkpoint of the whole directory has exactly one
/// file that makes it valid. Only fold-over checkpoints of the log are taken, without the index: at recovery the index is rebuilt from the log, which has to be read for the deadlines anyway.
/// </summary>
internal sealed class CheckpointMetadata : ICheckpointManager
{
    private volatile ShardCut? _last;

    /// <summary>The checkpoint that was completed last, or the one to recover.</summary>
    public ShardCut? Last
    {
        get => _last;
        set => _last = value;
    }

    /// <inheritdoc/>
    public void CommitLogCheckpoint(Guid logToken, byte[] commitMetadata) => _last = new ShardCut(logToken, commitMetadata);

    /// <inheritdoc/>
    public byte[] GetLogCheckpointMetadata(Guid logToken, DeltaLog deltaLog, bool scanDelta, long recoverTo) =>
        _last is { } cut && cut.Token == logToken ? cut.Metadata : null!;

    /// <inheritdoc/>
    public IEnumerable<Guid> GetLogCheckpointTokens() => _last is { } cut ? [cut.Token] : [];

    /// <inheritdoc/>
    public void InitializeLogCheckpoint(Guid logToken)
    {
    }

    /// <inheritdoc/>
    public void CheckpointVersionShift(long oldVersion, long newVersion)
    {
    }

    /// <inheritdoc/>
    public void OnRecovery(Guid indexToken, Guid logToken)
    {
    }

    /// <inheritdoc/>
    public void Purge(Guid token)
    {
    }

    /// <inheritdoc/>
    public void PurgeAll()
    {
    }

    /// <inheritdoc/>
    public IDevice GetDeltaLogDevice(Guid token) => null!;

    /// <inheritdoc/>
    public IEnumerable<Guid> GetIndexCheckpointTokens() => [];

    /// <inheritdoc/>
    public void InitializeIndexCheckpoint(Guid indexToken) => throw NotTaken();

    /// <inheritdoc/>
    public void CommitIndexCheckpoint(Guid indexToken, byte[] commitMetadata) => throw NotTaken();

    /// <inheritdoc/>
    public byte[] GetIndexCheckpointMetadata(Guid indexToken) => throw NotTaken();

    /// <inheritdoc/>
    public void CommitLogIncrementalCheckpoint(Guid logToken, long version, byte[] commitMetadata, DeltaLog deltaLog) => throw NotTaken();

    /// <inheritdoc/>
    public IDevice GetIndexDevice(Guid indexToken) => throw NotTaken();

    /// <inheritdoc/>
    public IDevice GetSnapshotLogDevice(Guid token) => throw NotTaken();

    /// <inheritdoc/>
    public IDevice GetSnapshotObjectLogDevice(Guid token) => throw NotTaken();

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static NotSupportedException NotTaken() => new("Only fold-over checkpoints of the log are taken.");
}

/// <summary>One shard's part of a checkpoint: FASTER's token and metadata of it.</summary>
/// <param name="Token">The token that names it in FASTER.</param>
/// <param name="Metadata">FASTER's own lines about it, with FASTER's checksum.</param>
internal sealed record ShardCut(Guid Token, byte[] Metadata)
{
    /// <summary>The live keys at the cut.</summary>
    public long Keys { get; init; }

    /// <summary>The live records at the cut.</summary>
    public long Records { get; init; }

    /// <summary>The address from which the log is needed.</summary>
    public long BeginAddress { get; init; }

    /// <summary>The address up to which the log is needed.</summary>
    public long FinalAddress { get; init; }
}
