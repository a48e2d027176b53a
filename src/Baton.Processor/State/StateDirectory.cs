using System.Globalization;
using Baton.Processor.Journal;

namespace Baton.Processor.State;

/// <summary>
/// The stores of all shards and their checkpoints: each checkpoint is one cut through all stores, the engine's tables and the journal.
/// Two are kept, so that damage to the last one costs a longer replay and not the state.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    /// <summary>The name of the file that is locked while the directory is open.</summary>
    public const string LockFile = "lock";

    private readonly CheckpointFiles _files;
    private readonly IDisposable _lock;
    private readonly ILogger _logger;
    private readonly IShardStore[] _stores;
    private bool _isAbandoned;
    private long _failedCheckpoints;
    private long _sequence;
    private Manifest? _current;
    private Manifest? _previous;
    private readonly CancellationTokenSource _closing = new();
    private volatile Task _checkpoint = Task.CompletedTask;

    internal StateDirectory(CheckpointFiles files, IDisposable heldLock, ILogger logger, RecoveredState recovered)
    {
        _files = files;
        _lock = heldLock;
        _logger = logger;
        _stores = recovered.Stores;
        _current = recovered.Current;
        _previous = recovered.Previous;
        Origin = recovered.Origin;
        Tables = recovered.Tables;
        Skipped = recovered.Skipped;
        UnreadableCheckpoints = recovered.Unreadable;
        ReplayFrom = _current?.Position;
    }

    /// <summary>The stores, one per shard. The directory owns them.</summary>
    public IReadOnlyList<IShardStore> Stores => _stores;

    /// <summary>Where the state came from.</summary>
    public StateOrigin Origin { get; }

    /// <summary>The journal position from which to replay: also the least that a journal opened now may continue from (<see cref="JournalOptions.ContinueFrom"/>). Null: the journal's head, whatever that is.</summary>
    public long? ReplayFrom { get; }

    /// <summary>The engine's tables at that position; empty where there is no checkpoint.</summary>
    public ReadOnlyMemory<byte> Tables { get; }

    /// <summary>What a replay leaves out.</summary>
    public SkippedEntries Skipped { get; }

    /// <summary>The journal position from which entries must be kept: that of the older of the two checkpoints. Null while there is none.</summary>
    public long? RetainFrom => (_previous ?? _current)?.Position;

    /// <summary>Records of state: one per trace, and what else the engine keeps.</summary>
    public long Keys => _stores.Sum(store => store.Count);

    /// <summary>Bytes that the stores take, in memory and on disk.</summary>
    public long Bytes => _stores.Sum(store => store.MemoryBytes + store.DiskBytes);

    /// <summary>Checkpoints that were found at the start and could not be recovered.</summary>
    public int UnreadableCheckpoints { get; }

    /// <summary>Checkpoints that could not be made current since the start. Any thread.</summary>
    public long FailedCheckpoints => Interlocked.Read(ref _failedCheckpoints);

    /// <summary>Values that were damaged on disk, and count as absent.</summary>
    public long DamagedRecords => _stores.Sum(store => store.DamagedRecords);

    /// <summary>True while a store cannot write: it goes on until its memory is full.</summary>
    public bool IsStalled => _stores.Any(store => store.IsStalled);

    /// <summary>True from <see cref="CheckpointAsync"/> until its task has ended.</summary>
    public bool IsCheckpointing => !_checkpoint.IsCompleted;

    /// <summary>Opens a directory, or creates it.</summary>
    /// <exception cref="StartupException">It is in use, cannot be used, or was written by a later version.</exception>
    public static StateDirectory Open(StateDirectoryOptions options, IDisk disk, TimeProvider time, ILogger logger) => new StateOpening(options, disk, logger, OnFaster(options, disk, time, logger)).Run();

    /// <summary>Opens a shard on FASTER.</summary>
    private static OpenShard OnFaster(StateDirectoryOptions options, IDisk disk, TimeProvider time, ILogger logger) => (shard, sizing, seed, cut) =>
    {
        var prefix = Path.Combine(options.Directory, string.Create(CultureInfo.InvariantCulture, $"shard-{shard}."));
        return FasterStateStore.Open(new StateLogDevice(disk, prefix, time, logger), sizing, seed, cut);
    };

    /// <summary>
    /// Takes a checkpoint. When the call returns, the cut is made, and the stores may go on; the task ends when the checkpoint is the current one (true) or could not be made so (false: logged, the one
    /// before remains). One at a time; called between epochs, no shard at work.
    /// </summary>
    /// <param name="position">The journal position up to which everything is applied.</param>
    /// <param name="tables">The engine's tables. They are not used any more when the task has ended.</param>
    /// <exception cref="IOException">From the task: the stores cannot be relied on any more; only a restart, from the checkpoint before, can help.</exception>
    public Task<bool> CheckpointAsync(long position, ReadOnlyMemory<byte> tables)
    {
        if (IsCheckpointing) throw new InvalidOperationException("A checkpoint was begun before the one before it had ended.");
        var cuts = Array.ConvertAll(_stores, store => store.BeginCut());
        var checkpoint = Task.Run(() => CompleteAsync(position, tables, cuts));
        _checkpoint = checkpoint;
        return checkpoint;
    }

    /// <summary>States that a shard's thread is still at work and cannot be ended, as when the disk is full and memory too: <see cref="Dispose"/> then leaves the stores to the end of the process.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <summary>Gives up a checkpoint that is waiting for its logs, and closes the stores. What is not part of a checkpoint is left to the journal.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        try
        {
            _checkpoint.Wait();
        }
        catch (AggregateException)
        {
            // Whoever asked for the checkpoint has the task, and what went wrong with it.
        }
        if (!_isAbandoned)
        {
            foreach (var store in _stores) store.Dispose();
        }
        _lock.Dispose();
        _closing.Dispose();
    }

    private async Task<bool> CompleteAsync(long position, ReadOnlyMemory<byte> tables, ShardCut[] cuts)
    {
        for (var shard = 0; shard < cuts.Length; shard++) cuts[shard] = await _stores[shard].CompleteCutAsync(cuts[shard], _closing.Token).ConfigureAwait(false);
        var manifest = new Manifest
        {
            // Never the same again: a checkpoint that failed at its end may be what CURRENT names on the disk, with its tables.
            Sequence = _sequence = Math.Max(_sequence, _current?.Sequence ?? 0) + 1,
            Position = position,
            HashSeed = _stores[0].HashSeed,
            IndexBuckets = _stores[0].IndexBuckets,
            Shards = cuts,
            TablesLength = tables.Length,
            TablesChecksum = Crc32C.Of(tables.Span),
        };
        try
        {
            _files.Commit(manifest, tables);
        }
        catch (IOException e)
        {
            Interlocked.Increment(ref _failedCheckpoints);
            _logger.LogError("The state could not be saved, and will be again at the next checkpoint; until then the journal is kept for it: {Error} Look at the disk of state.directory and its free space.", e.Message);
            return false;
        }
        _previous = _current;
        _current = manifest;
        Purge();
        return true;
    }

    /// <summary>Removes what no kept checkpoint needs; only now, because the one before counted until the new one was durable.</summary>
    private void Purge()
    {
        try
        {
            _files.Purge(_current, _previous);
            for (var shard = 0; shard < _stores.Length; shard++) _stores[shard].RemoveBefore((_previous ?? _current)!.Shards[shard]);
        }
        catch (IOException e)
        {
            _logger.LogWarning("Files of old checkpoints cannot be removed: {Error}", e.Message);
        }
    }
}

/// <summary>Where a directory's state came from.</summary>
internal enum StateOrigin
{
    /// <summary>There was none.</summary>
    Created,

    /// <summary>From the last checkpoint.</summary>
    Current,

    /// <summary>From the checkpoint before the last, because that cannot be read. The journal is replayed from there.</summary>
    Previous,

    /// <summary>No checkpoint can be read. The journal is replayed from its head; what was before that is lost.</summary>
    Lost,
}

/// <summary>What opening a directory yields.</summary>
internal sealed record RecoveredState(StateOrigin Origin, IShardStore[] Stores, ReadOnlyMemory<byte> Tables, Manifest? Current, Manifest? Previous, SkippedEntries Skipped)
{
    /// <summary>Checkpoints that were there and could not be recovered.</summary>
    public int Unreadable { get; init; }
}
