using System.Globalization;
using Baton.Continuity.Join;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Simulation;

/// <summary>
/// A shard in memory whose cuts are written whole, each into a file of its own. It waits at a gate before it writes, so that a simulation decides what happens while a checkpoint is being made.
/// </summary>
internal sealed class MemoryShard : IShardStore
{
    private readonly MemoryStateStore _store = new();
    private readonly IDisk _disk;
    private readonly string _prefix;
    private readonly Gate _gate;
    private byte[] _dump = [];
    private long _sequence;

    public MemoryShard(IDisk disk, string prefix, Gate gate, ulong hashSeed, ShardCut? cut)
    {
        _disk = disk;
        _prefix = prefix;
        _gate = gate;
        HashSeed = hashSeed;
        if (cut is null) return;
        _sequence = cut.BeginAddress;
        using var file = disk.Open(PathOf(_sequence), DiskOpen.Read);
        var bytes = new byte[file.Length];
        if (file.Read(bytes, 0) != bytes.Length || Crc32C.Of(bytes) != BitConverter.ToUInt32(cut.Metadata)) throw new FormatException("The dump is damaged.");
        Restore(bytes);
    }

    public long Count => _store.Count;

    public long Records => _store.Count;

    public long DamagedRecords => 0;

    public long MemoryBytes => 0;

    public long DiskBytes => 0;

    public bool IsStalled => false;

    public ulong HashSeed { get; }

    public long IndexBuckets => 1;

    public void Load(StateBatch batch) => _store.Load(batch);

    public void Commit(StateBatch batch) => _store.Commit(batch);

    public void Scan(StateVisitor visit) => _store.Scan(visit);

    public ShardCut BeginCut()
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target);
        _store.Scan((key, value) =>
        {
            writer.Write(key.High);
            writer.Write(key.Low);
            writer.Write(value.Length);
            writer.Write(value);
        });
        _dump = target.ToArray();
        return new ShardCut(Guid.Empty, []) { Keys = Count, BeginAddress = ++_sequence };
    }

    public async Task<ShardCut> CompleteCutAsync(ShardCut cut, CancellationToken cancellationToken)
    {
        await _gate.PassAsync(cancellationToken);
        using var file = _disk.Open(PathOf(cut.BeginAddress), DiskOpen.Create);
        if (_dump.Length > 0) file.Write([_dump], 0);
        file.Sync();
        return cut with { Metadata = BitConverter.GetBytes(Crc32C.Of(_dump)) };
    }

    public void RemoveBefore(ShardCut oldest)
    {
        foreach (var path in _disk.ListFiles(Path.GetDirectoryName(_prefix)!).Order(StringComparer.Ordinal))
        {
            if (path.StartsWith(_prefix, StringComparison.Ordinal) && string.CompareOrdinal(path, PathOf(oldest.BeginAddress)) < 0) _disk.Delete(path);
        }
    }

    public void Dispose() => _store.Dispose();

    private void Restore(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var batch = new StateBatch();
        while (reader.BaseStream.Position < bytes.Length)
        {
            var slot = batch.SlotOf(new StateKey(reader.ReadUInt64(), reader.ReadUInt64()));
            batch.SetLoaded(slot, default);
            batch.Change(slot, reader.ReadBytes(reader.ReadInt32()));
        }
        _store.Commit(batch);
    }

    private string PathOf(long sequence) => _prefix + sequence.ToString("D8", CultureInfo.InvariantCulture);
}

/// <summary>Where a checkpoint waits until the simulation lets it go on.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _open = new();
    private int _waiting;

    /// <summary>True when a checkpoint waits here.</summary>
    public bool HasWaiting => Volatile.Read(ref _waiting) > 0;

    /// <summary>Lets the present checkpoint through; what it does then, it does on the caller's thread.</summary>
    public void Open()
    {
        TaskCompletionSource open;
        lock (_lock) open = _open;
        open.TrySetResult();
    }

    /// <summary>Closes again.</summary>
    public void Close()
    {
        lock (_lock) _open = new TaskCompletionSource();
    }

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        Task open;
        lock (_lock) open = _open.Task;
        Interlocked.Increment(ref _waiting);
        try
        {
            await open.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
