using Baton.Continuity.Join;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.State;

/// <summary>A state directory's place and settings, to be opened as often as a test wants.</summary>
internal sealed record StateFixture(string Directory)
{
    public IDisk Disk { get; init; } = new FileSystemDisk();

    public int Shards { get; init; } = 1;

    public long MemoryBytes { get; init; } = 16 << 20;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public StateDirectory Open() => StateDirectory.Open(
        new StateDirectoryOptions { Directory = Directory, Shards = Shards, MemoryBytes = MemoryBytes }, Disk, TimeProvider.System, Logger);

    /// <summary>The directory as a process finds it that starts when this one has just been killed.</summary>
    public StateFixture AfterKill(TempDirectory temporary, string name)
    {
        var copy = temporary[name];
        System.IO.Directory.CreateDirectory(copy);
        foreach (var path in System.IO.Directory.GetFiles(Directory).Where(path => Path.GetFileName(path) != StateDirectory.LockFile)) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        return this with { Directory = copy };
    }
}

internal static class StateAccess
{
    /// <summary>The first shard, as the store that it is.</summary>
    public static FasterStateStore Faster(this StateDirectory directory) => (FasterStateStore)directory.Stores[0];

    /// <summary>A key that is told by its number.</summary>
    public static StateKey Key(long number) => new((ulong)number * 0x9E3779B97F4A7C15, (ulong)number);

    /// <summary>A value whose bytes tell what it is.</summary>
    public static byte[] Value(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Loads and changes keys in one batch, as the engine does.</summary>
    public static void Put(this IStateStore store, params IEnumerable<(StateKey Key, byte[] Value)> changes)
    {
        var batch = new StateBatch();
        var values = changes.ToDictionary(each => each.Key, each => each.Value);
        foreach (var key in values.Keys) batch.SlotOf(key);
        store.Load(batch);
        for (var slot = 0; slot < batch.Count; slot++) batch.Change(slot, values[batch.KeyOf(slot)]);
        store.Commit(batch);
    }

    public static byte[] Get(this IStateStore store, StateKey key) => store.Get([key])[0];

    public static byte[][] Get(this IStateStore store, IReadOnlyList<StateKey> keys)
    {
        var batch = new StateBatch();
        foreach (var key in keys) batch.SlotOf(key);
        store.Load(batch);
        return [.. keys.Select(key => batch.ValueOf(batch.SlotOf(key)).ToArray())];
    }

    /// <summary>
    /// A figure of the store, once it is within its limit, or has not become so in a minute. FASTER moves its addresses and lets go of its pages on several threads: while
    /// one of them is held up it cannot, and afterwards it does with the next changes. These leave nothing behind.
    /// </summary>
    public static async Task<long> SettledAsync(this IStateStore store, Func<long> figure, long limit)
    {
        var passing = Enumerable.Range(0, 500).Select(n => Key(long.MaxValue - n)).ToArray();
        for (var tries = 0; tries < 6000 && figure() > limit; tries++)
        {
            store.Put(passing.Select(key => (key, new byte[] { 1 })));
            store.Put(passing.Select(key => (key, Array.Empty<byte>())));
            await Task.Delay(10);
        }
        return figure();
    }

    public static Dictionary<StateKey, byte[]> All(this IStateStore store)
    {
        var all = new Dictionary<StateKey, byte[]>();
        store.Scan((key, value) => all.Add(key, value.ToArray()));
        return all;
    }

    public static void AssertHolds(this IStateStore store, Dictionary<StateKey, byte[]> expected)
    {
        var all = store.All();
        Assert.Equal(expected.Count, all.Count);
        foreach (var (key, value) in expected) Assert.True(all[key].AsSpan().SequenceEqual(value), $"{key} differs");
        Assert.Equal(expected.Count, store.Count);
        // The log and the index must agree.
        var keys = expected.Keys.ToArray();
        var values = store.Get(keys);
        for (var i = 0; i < keys.Length; i++) Assert.True(values[i].AsSpan().SequenceEqual(expected[keys[i]]), $"{keys[i]} is not found");
    }
}
