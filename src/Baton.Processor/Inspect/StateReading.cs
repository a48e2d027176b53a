using System.Globalization;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using FASTER.core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Inspect;

/// <summary>Reads a state directory as a start would, without its lock and without changing anything.</summary>
internal sealed class StateReading(IDisk disk, string directory)
{
    private const long MemoryBytes = 256L << 20;

    // A running instance may remove files of the checkpoint that is being read; then there is a newer one.
    private const int Attempts = 3;

    /// <summary>True if a directory looks like a state's.</summary>
    public static bool IsState(IEnumerable<string> files) =>
        files.Select(Path.GetFileName).Any(name => name is "CURRENT" or "PREVIOUS" || name!.StartsWith("shard-", StringComparison.Ordinal));

    /// <summary>Reads all of it.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public StateInspection Run()
    {
        for (var attempt = 1; ; attempt++)
        {
            var inspection = Read();
            if (attempt == Attempts || inspection.Checkpoints.All(checkpoint => checkpoint.Fault is null)) return inspection;
        }
    }

    private StateInspection Read()
    {
        var files = new CheckpointFiles(disk, directory);
        var checkpoints = new List<CheckpointInspection>();
        (string File, List<RelayInspection> Relays, long Damaged)? recovered = null;
        foreach (var (path, manifest, fault) in files.Find())
        {
            var name = Path.GetFileName(path);
            if (manifest is null)
            {
                checkpoints.Add(new CheckpointInspection(name, 0, 0, 0, 0, fault));
                continue;
            }
            var why = manifest.Format != Manifest.CurrentFormat ? $"it has format {manifest.Format}, which another version of Baton writes" : null;
            if (why is null && recovered is null)
            {
                recovered = Recover(name, files, manifest, out why);
            }
            checkpoints.Add(new CheckpointInspection(name, manifest.Sequence, manifest.Position, manifest.Shards.Sum(shard => shard.Keys), manifest.Shards.Count, why));
        }
        var skipped = SkippedEntries.Load(disk, directory, 0, NullLogger.Instance);
        return new StateInspection(directory, checkpoints, recovered?.File, recovered?.Relays ?? [], recovered?.Damaged ?? 0, skipped.Count, PutAside());
    }

    private (string, List<RelayInspection>, long)? Recover(string name, CheckpointFiles files, Manifest manifest, out string? fault)
    {
        fault = null;
        var stores = new List<FasterStateStore>();
        try
        {
            if (files.ReadTables(manifest) is not { } tables)
            {
                fault = $"the engine's tables of checkpoint {manifest.Sequence} are missing or damaged";
                return null;
            }
            var sizing = StoreSizing.Of(MemoryBytes / manifest.Shards.Count, manifest.IndexBuckets);
            for (var shard = 0; shard < manifest.Shards.Count; shard++)
            {
                var prefix = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"shard-{shard}."));
                stores.Add(FasterStateStore.Open(new StateLogDevice(disk, prefix, TimeProvider.System, NullLogger.Instance), sizing, manifest.HashSeed, manifest.Shards[shard]));
            }
            var engine = new Engine(new ContinuityOptions { Relays = [] }, stores, new ContinuityMetrics(new Instruments()));
            engine.Recover(tables);
            var relays = engine.Relays().Where(relay => relay.Waiting + relay.Running + relay.Missed > 0)
                .Select(relay => new RelayInspection(relay.Relay, relay.Waiting, relay.Running, relay.Missed, relay.OldestPublishedUnixNanos)).ToList();
            return (name, relays, stores.Sum(store => store.DamagedRecords));
        }
        catch (Exception e) when (e is FasterException or IOException or FormatException)
        {
            fault = $"shard {stores.Count}: {e.Message}";
            return null;
        }
        finally
        {
            foreach (var store in stores) store.Dispose();
        }
    }

    private List<string> PutAside() =>
        [.. disk.ListFiles(directory).Where(path => path.EndsWith(".damaged", StringComparison.Ordinal)), .. Damaged().TakeWhile(HasFiles)];

    private IEnumerable<string> Damaged() => Enumerable.Range(1, 1000).Select(number => Path.Combine(directory, number == 1 ? "damaged" : string.Create(CultureInfo.InvariantCulture, $"damaged-{number}")));

    private bool HasFiles(string path)
    {
        try
        {
            return disk.ListFiles(path).Count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
