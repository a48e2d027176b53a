using System.Security.Cryptography;
using Baton.Processor.Journal;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>The steps from a directory to open stores.</summary>
internal sealed class StateOpening(StateDirectoryOptions options, IDisk disk, ILogger logger, OpenShard open)
{
    private readonly CheckpointFiles _files = new(disk, options.Directory);

    public StateDirectory Run()
    {
        IDisposable? heldLock = null;
        try
        {
            disk.CreateDirectory(options.Directory);
            heldLock = disk.TryLock(Path.Combine(options.Directory, StateDirectory.LockFile))
                ?? throw new StartupException($"The state directory {options.Directory} is in use by another process. Stop that process, or set state.directory to another directory.");
            return new StateDirectory(_files, heldLock, logger, Recover());
        }
        catch (IOException e)
        {
            heldLock?.Dispose();
            throw new StartupException($"The state directory {options.Directory} cannot be used: {e.Message} Check state.directory, its owner and rights, and the space on its disk.", e);
        }
        catch (StartupException)
        {
            heldLock?.Dispose();
            throw;
        }
    }

    private RecoveredState Recover()
    {
        var found = _files.Find();
        for (var i = 0; i < found.Count; i++)
        {
            var (path, manifest, fault) = found[i];
            if (manifest is { Format: not Manifest.CurrentFormat })
                throw new StartupException($"{path} has format {manifest.Format}, and this Baton reads format {Manifest.CurrentFormat}. Start the version that wrote it, or set state.directory to another directory.");
            if (manifest is not null && TryRecover(manifest, out var tables, ref fault) is { } stores)
            {
                // A fault of the other manifest matters only if it comes to be needed.
                var previous = i == 0 && found.Count > 1 ? found[1].Manifest : null;
                if (previous is null or { Format: not Manifest.CurrentFormat } || previous.Sequence >= manifest.Sequence) previous = null;
                Purge(manifest, previous);
                return new RecoveredState(i == 0 ? StateOrigin.Current : StateOrigin.Previous, stores, tables, manifest, previous, SkippedEntries.Load(disk, options.Directory, manifest.Position, logger)) { Unreadable = i };
            }
            logger.LogError("The state's checkpoint {File} cannot be recovered: {Fault}. {Consequence}", path, fault, i + 1 < found.Count ? "The one before it is tried." : "There is no other.");
            if (i + 1 < found.Count) _files.SetAside(path);
        }
        return Begin(found);
    }

    private RecoveredState Begin(IReadOnlyList<FoundManifest> found)
    {
        if (found.Count > 0)
        {
            var aside = _files.SetAllAside();
            logger.LogError("The state is lost, and its files are in {Directory}. It is built anew from what the journal still holds: handoffs opened before that are not known any more.", aside);
        }
        else
        {
            // Logs without a manifest: the first checkpoint was never completed, and the journal has everything from its beginning.
            foreach (var path in disk.ListFiles(options.Directory).Where(path => Path.GetFileName(path).StartsWith("shard-", StringComparison.Ordinal))) disk.Delete(path);
            Purge(null, null);
        }
        var stores = new IShardStore[options.ShardsOfNew(Environment.ProcessorCount)];
        var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var sizing = StoreSizing.Of(options.MemoryBytes / stores.Length);
        for (var shard = 0; shard < stores.Length; shard++) stores[shard] = open(shard, sizing, seed, null);
        return new RecoveredState(found.Count > 0 ? StateOrigin.Lost : StateOrigin.Created, stores, default, null, null, SkippedEntries.Load(disk, options.Directory, 0, logger)) { Unreadable = found.Count };
    }

    private void Purge(Manifest? current, Manifest? previous)
    {
        try
        {
            _files.Purge(current, previous);
        }
        catch (IOException e)
        {
            logger.LogWarning("Files of old checkpoints cannot be removed: {Error}", e.Message);
        }
    }

    private IShardStore[]? TryRecover(Manifest manifest, out ReadOnlyMemory<byte> tables, ref string fault)
    {
        tables = default;
        if (_files.ReadTables(manifest) is not { } bytes)
        {
            fault = $"the engine's tables of checkpoint {manifest.Sequence} are missing or damaged";
            return null;
        }
        tables = bytes;
        var sizing = StoreSizing.Of(options.MemoryBytes / manifest.Shards.Count, manifest.IndexBuckets);
        var faults = new string?[manifest.Shards.Count];
        var stores = new IShardStore?[manifest.Shards.Count];
        // Side by side: of a large state, reading the logs is most of what a start takes.
        Parallel.For(0, stores.Length, shard =>
        {
            try
            {
                stores[shard] = open(shard, sizing, manifest.HashSeed, manifest.Shards[shard]);
            }
            catch (Exception e) when (e is FasterException or IOException or FormatException)
            {
                faults[shard] = $"shard {shard}: {e.Message}";
            }
        });
        if (faults.FirstOrDefault(each => each is not null) is not { } first) return stores!;
        fault = first;
        foreach (var store in stores) store?.Dispose();
        return null;
    }
}
