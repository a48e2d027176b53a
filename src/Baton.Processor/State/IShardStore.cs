using Baton.Continuity.Join;

namespace Baton.Processor.State;

/// <summary>
/// One shard's store as its directory sees it: state that can be cut at a moment, and the cut be made durable while the store goes on.
/// Two implementations: <see cref="FasterStateStore"/>, and one in memory for simulations, where a crash must cost microseconds.
/// </summary>
internal interface IShardStore : IStateStore
{
    /// <summary>Live records: more than keys, where values are long.</summary>
    long Records { get; }

    /// <summary>Values that were read back damaged, and therefore count as absent.</summary>
    long DamagedRecords { get; }

    /// <summary>Bytes of memory that the store has taken.</summary>
    long MemoryBytes { get; }

    /// <summary>Bytes of its files.</summary>
    long DiskBytes { get; }

    /// <summary>True while it cannot write, and goes on until its memory is full.</summary>
    bool IsStalled { get; }

    /// <summary>The seed of the hash of its keys.</summary>
    ulong HashSeed { get; }

    /// <summary>Buckets of its index; never fewer in one directory.</summary>
    long IndexBuckets { get; }

    /// <summary>
    /// Makes what is in the store now a version of its own: nothing that follows is part of it. Called by the shard's thread, between batches, one checkpoint at a time.
    /// </summary>
    ShardCut BeginCut();

    /// <summary>Waits until a cut is on disk and synced; the store goes on meanwhile. Any thread.</summary>
    /// <param name="cut">What <see cref="BeginCut"/> returned.</param>
    /// <param name="cancellationToken">Gives it up; the store may then only be closed.</param>
    /// <returns>The cut as the manifest is to have it.</returns>
    /// <exception cref="IOException">The store cannot be relied on any more.</exception>
    Task<ShardCut> CompleteCutAsync(ShardCut cut, CancellationToken cancellationToken);

    /// <summary>Removes files that neither this cut nor a later one needs.</summary>
    /// <param name="oldest">The oldest cut that is kept.</param>
    void RemoveBefore(ShardCut oldest);
}

/// <summary>Opens one shard's store, empty or as a cut has it.</summary>
/// <param name="shard">Its number.</param>
/// <param name="sizing">Its memory.</param>
/// <param name="hashSeed">The directory's.</param>
/// <param name="cut">The checkpoint; null for an empty store.</param>
/// <exception cref="IOException">The cut cannot be recovered; another may be. A FasterException or a FormatException says the same.</exception>
internal delegate IShardStore OpenShard(int shard, StoreSizing sizing, ulong hashSeed, ShardCut? cut);
