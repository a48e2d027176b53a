using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// One shard's state in a FasterKV of its own, with one session and no locks: one thread at a time, so that a cut lies exactly between two operations.
/// A value of up to <see cref="StateRecord.Capacity"/> bytes is one record; a longer one is several, under the same key with a part number.
/// </summary>
/// <remarks>The recovered log is read once at the start; what is damaged there, or read back damaged later, counts as absent and is told in <see cref="DamagedRecords"/>.</remarks>
internal sealed partial class FasterStateStore : IShardStore
{
    private readonly CheckpointMetadata _metadata;
    private readonly FasterKV<RecordKey, StateRecord> _store;
    private readonly RecordSession _session;
    private readonly LogCompaction _compaction;
    private readonly List<int> _long = [];
    private readonly List<int> _damaged = [];
    private StateBatch _batch = new();

    private FasterStateStore(StateLogDevice device, StoreSizing sizing, ulong hashSeed, ShardCut? cut)
    {
        Device = device;
        Sizing = sizing;
        HashSeed = hashSeed;
        _metadata = new CheckpointMetadata { Last = cut };
        var comparer = new RecordKeyComparer(hashSeed);
        _store = new FasterKV<RecordKey, StateRecord>(
            sizing.IndexBuckets,
            new LogSettings { LogDevice = device, PageSizeBits = StoreSizing.PageBits, SegmentSizeBits = StoreSizing.SegmentBits, MemorySizeBits = sizing.MemoryBits, MutableFraction = StoreSizing.MutableFraction },
            new CheckpointSettings { CheckpointManager = _metadata, RemoveOutdated = false },
            comparer: comparer,
            concurrencyControlMode: ConcurrencyControlMode.None);
        if (cut is not null) Recover(cut);
        Index = new HashIndexMemory(_store, comparer, device.SectorSize);
        _store.Log.EmptyPageCount = sizing.EmptyPages;
        _session = new RecordSession(_store, device);
        _compaction = new LogCompaction(_store, sizing);
    }

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public long Records { get; private set; }

    /// <inheritdoc/>
    public long DamagedRecords { get; private set; }

    /// <summary>Bytes of memory that the store has taken: the index and the pages of the log.</summary>
    public long MemoryBytes => Sizing.IndexBytes + _store.Log.MemorySizeBytes;

    /// <inheritdoc/>
    public long DiskBytes => Device.Bytes;

    /// <summary>Bytes from the oldest record that may be alive to the newest.</summary>
    public long LogBytes => _store.Log.TailAddress - _store.Log.BeginAddress;

    /// <summary>Where its index lies.</summary>
    public HashIndexMemory Index { get; }

    /// <summary>How its memory is divided.</summary>
    public StoreSizing Sizing { get; }

    /// <inheritdoc/>
    public bool IsStalled => Device.IsStalled;

    /// <inheritdoc/>
    public ulong HashSeed { get; }

    /// <inheritdoc/>
    public long IndexBuckets => Sizing.IndexBuckets;

    /// <summary>The device under the log.</summary>
    public StateLogDevice Device { get; }

    /// <summary>Opens an empty store, or the state of a checkpoint.</summary>
    /// <param name="device">Its log; owned from here on.</param>
    /// <param name="sizing">Its memory; the index at least as large as when the checkpoint was taken.</param>
    /// <param name="hashSeed">The directory's.</param>
    /// <param name="cut">The checkpoint; null for an empty store.</param>
    /// <exception cref="FasterException">The checkpoint cannot be recovered; another may be.</exception>
    public static FasterStateStore Open(StateLogDevice device, StoreSizing sizing, ulong hashSeed, ShardCut? cut) => new(device, sizing, hashSeed, cut);

    /// <inheritdoc/>
    public void Load(StateBatch batch)
    {
        _batch = batch;
        Index.Fetch(batch, batch.FirstUnloaded);
        using (_session.Begin(TakeHead))
        {
            for (var slot = batch.FirstUnloaded; slot < batch.Count; slot++) _session.Read(new RecordKey(batch.KeyOf(slot), 0), slot);
            _session.Complete();
        }
        foreach (var slot in _long)
        {
            var value = _session.ReadValue(batch.KeyOf(slot), batch.StoredLengthOf(slot));
            batch.SetLoaded(slot, value);
            if (value.IsEmpty) _damaged.Add(slot);
        }
        _long.Clear();
        foreach (var slot in _damaged) Forget(batch.KeyOf(slot));
        _damaged.Clear();
        batch.EndLoad();
    }

    /// <inheritdoc/>
    public void Commit(StateBatch batch)
    {
        Index.Fetch(batch, first: 0);
        using (_session.Begin()) Store(batch);
        _compaction.Advance(Records);
    }

    /// <inheritdoc/>
    public void Scan(StateVisitor visit)
    {
        var visited = 0L;
        var damaged = 0L;
        new LatestRecords(_store, Sizing.LogBytes / 8).Visit((in RecordKey key, ref StateRecord record) =>
        {
            var intact = record.IsIntact(key);
            var value = !intact ? default : record.Length <= StateRecord.Capacity ? record.ContentOf(0) : _session.ReadValue(key.StateKey, record.Length);
            if (value.IsEmpty)
            {
                damaged++;
                return;
            }
            visited++;
            visit(key.StateKey, value);
        });
        // A record whose key or mark was damaged is not among those that were found.
        DamagedRecords += damaged + Math.Max(0, Count - damaged - visited);
        Count = visited + damaged;
    }

    /// <summary>True if the store has one part of a key's value.</summary>
    public bool Holds(StateKey key, uint part)
    {
        var holds = false;
        using var series = _session.Begin((int _, in RecordKey _, bool found, ref StateRecord _) => holds = found);
        _session.Read(new RecordKey(key, part), 0);
        _session.Complete();
        return holds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Stop();
        _session.Dispose();
        _store.Dispose();
        Device.Dispose();
    }

    private void Store(StateBatch batch)
    {
        for (var slot = 0; slot < batch.Count; slot++)
        {
            if (!batch.IsChanged(slot)) continue;
            var oldLength = batch.StoredLengthOf(slot);
            var value = batch.ValueOf(slot);
            if (oldLength < 0) throw new InvalidOperationException($"Slot {slot} of a batch was changed before it was loaded.");
            _session.Replace(batch.KeyOf(slot), oldLength, value);
            batch.SetStored(slot);
            Count += (value.IsEmpty ? 0 : 1) - (oldLength > 0 ? 1 : 0);
            Records += (long)StateRecord.PartsOf(value.Length) - StateRecord.PartsOf(oldLength);
        }
    }

    private void TakeHead(int slot, in RecordKey key, bool found, ref StateRecord record)
    {
        var intact = found && record.IsIntact(key);
        _batch.SetLoaded(slot, intact ? record.ContentOf(0) : default);
        if (intact && record.Length > StateRecord.Capacity)
        {
            _batch.SetStoredLength(slot, record.Length);
            _long.Add(slot);
        }
        else if (found && !intact)
        {
            _damaged.Add(slot);
        }
    }

    private void Forget(StateKey key)
    {
        DamagedRecords++;
        Count--;
        Records--;
        using var series = _session.Begin();
        _session.Delete(new RecordKey(key, 0));
    }
}
