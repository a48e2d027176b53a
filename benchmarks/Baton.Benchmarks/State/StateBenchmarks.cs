using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Baton.Continuity.Join;
using Baton.Processor.Journal;
using Baton.Processor.State;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Benchmarks.State;

/// <summary>What a record of state costs on FASTER, on a temporary directory, in memory of the default size: looked for and absent, stored, found later, and removed.</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    /// <summary>Records of one call.</summary>
    public const int Records = 1024;

    // So many batches later a record is found and removed: by then it is in no cache of the processor.
    private const int BatchesBetween = 512;
    private const long MemoryBytes = 512L << 20;

    private readonly byte[] _value = new byte[StateRecord.Capacity];
    private readonly Queue<StateKey[]> _stored = new();
    private readonly StateBatch _batch = new();
    private string _directory = "";
    private FasterStateStore _store = null!;

    /// <summary>Opens a store on an empty directory, and fills it.</summary>
    [GlobalSetup]
    public void Open()
    {
        new Random(1).NextBytes(_value);
        _directory = Directory.CreateTempSubdirectory("baton-benchmark-").FullName;
        var device = new StateLogDevice(new FileSystemDisk(), Path.Combine(_directory, "shard-0."), TimeProvider.System, NullLogger.Instance);
        _store = FasterStateStore.Open(device, StoreSizing.Of(MemoryBytes), hashSeed: 1, cut: null);
        for (var i = 0; i < BatchesBetween; i++) Store();
    }

    /// <summary>Removes the directory.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A record's whole life: two loads, one of them in vain, a write and a removal.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public void StoreAndRemove()
    {
        Store();
        foreach (var key in _stored.Dequeue()) _batch.Append(key);
        _store.Load(_batch);
        for (var slot = 0; slot < Records; slot++)
        {
            if (_batch.ValueOf(slot).IsEmpty) throw new InvalidOperationException("A record is missing.");
            _batch.Change(slot, default);
        }
        _store.Commit(_batch);
        _batch.Clear();
    }

    private void Store()
    {
        var keys = new StateKey[Records];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
        foreach (var key in keys) _batch.Append(key);
        _store.Load(_batch);
        for (var slot = 0; slot < Records; slot++) _batch.Change(slot, _value);
        _store.Commit(_batch);
        _batch.Clear();
        _stored.Enqueue(keys);
    }
}
