using System.Buffers;
using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// One shard's state in a FasterKV of its own, with one session and no locks: one thread at a time, so that a cut lies exactly between two operations.
/// A value of up to <see cref="StateRecord.Capacity"/> bytes is one record; a longer one is several, under the same key with a part number.
/// </summary>
/// <remarks>
/// Every read is complete before its key is touched again: reads that had to go to disk are not ordered against what follows, and deleted keys would come back.
/// The recovered log is read once at the start; what is damaged there, or read back damaged later, counts as absent and is told in <see cref="DamagedRecords"/>.
/// </remarks>
internal sealed class FasterStateStore : IStateStore
{
    private const int MostPending = 256;

    private readonly StateLogDevice _device;
    private readonly CheckpointMetadata _metadata;
    private readonly FasterKV<RecordKey, StateRecord> _store;
    private readonly ClientSession<RecordKey, StateRecord, Empty, StateRecord, int, StateFunctions> _session;
    private readonly LogCompaction _compaction;
    private readonly List<int> _long = [];
    private readonly List<int> _damaged = [];
    private RecordRead _completed;
    private StateBatch _batch = null!;
    private byte[] _assembly = [];
    private bool _assembled;
    private int _pending;

    private FasterStateStore(StateLogDevice device, StoreSizing sizing, ulong hashSeed, ShardCut? cut)
    {
        _device = device;
        Sizing = sizing;
        HashSeed = hashSeed;
        _metadata = new CheckpointMetadata { Last = cut };
        _store = new FasterKV<RecordKey, StateRecord>(
            sizing.IndexBuckets,
            new LogSettings { LogDevice = device, PageSizeBits = StoreSizing.PageBits, SegmentSizeBits = StoreSizing.SegmentBits, MemorySizeBits = sizing.MemoryBits, MutableFraction = StoreSizing.MutableFraction },
            new CheckpointSettings { CheckpointManager = _metadata, RemoveOutdated = false },
            comparer: new RecordKeyComparer(hashSeed),
            concurrencyControlMode: ConcurrencyControlMode.None);
        if (cut is not null) Recover(cut);
        _store.Log.EmptyPageCount = sizing.EmptyPages;
        _completed = TakeHead;
        _session = _store.For(new StateFunctions((int place, in RecordKey key, bool found, ref StateRecord record) => _completed(place, key, found, ref record))).NewSession<StateFunctions>();
        _compaction = new LogCompaction(_store, sizing);
    }

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <summary>Live records: more than keys, where values are long.</summary>
    public long Records { get; private set; }

    /// <summary>Records that were read back damaged, and therefore count as absent.</summary>
    public long DamagedRecords { get; private set; }

    /// <summary>Bytes of memory that the store has taken: the index and the pages of the log.</summary>
    public long MemoryBytes => Sizing.IndexBytes + _store.Log.MemorySizeBytes;

    /// <summary>Bytes of the log's files.</summary>
    public long DiskBytes => _device.Bytes;

    /// <summary>Bytes from the oldest record that may be alive to the newest.</summary>
    public long LogBytes => _store.Log.TailAddress - _store.Log.BeginAddress;

    /// <summary>How its memory is divided.</summary>
    public StoreSizing Sizing { get; }

    /// <summary>The seed of the hash of its keys.</summary>
    public ulong HashSeed { get; }

    /// <summary>The device under the log.</summary>
    public StateLogDevice Device => _device;

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
        _completed = TakeHead;
        for (var slot = batch.FirstUnloaded; slot < batch.Count; slot++) Read(new RecordKey(batch.KeyOf(slot), 0), slot);
        CompleteReads();
        foreach (var slot in _long)
        {
            var value = ReadLong(batch.KeyOf(slot), _batch.StoredLengthOf(slot));
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
        for (var slot = 0; slot < batch.Count; slot++)
        {
            if (!batch.IsChanged(slot)) continue;
            if (batch.StoredLengthOf(slot) < 0) throw new InvalidOperationException($"Slot {slot} of a batch was changed before it was loaded.");
            Replace(batch.KeyOf(slot), batch.StoredLengthOf(slot), batch.ValueOf(slot));
            batch.SetStored(slot);
        }
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
            var value = !intact ? default : record.Length <= StateRecord.Capacity ? record.ContentOf(0) : ReadLong(key.StateKey, record.Length);
            if (value.IsEmpty)
            {
                damaged++;
                return;
            }
            visited++;
            visit(key.StateKey, value);
        });
        DamagedRecords += damaged + Math.Max(0, Count - damaged - visited);
        Count = visited + damaged;
    }

    /// <summary>True if the store has one part of a key's value.</summary>
    public bool Holds(StateKey key, uint part)
    {
        var holds = false;
        _completed = (int _, in RecordKey _, bool found, ref StateRecord _) => holds = found;
        Read(new RecordKey(key, part), 0);
        CompleteReads();
        return holds;
    }

    /// <summary>
    /// Makes what is in the store now a version of its own, in about a millisecond: nothing that follows is part of it. Called by the shard's thread, between batches, one checkpoint at a time.
    /// </summary>
    public ShardCut BeginCut()
    {
        CompleteReads();
        if (!_store.TryInitiateHybridLogCheckpoint(out var token, CheckpointType.FoldOver))
            throw new InvalidOperationException("A checkpoint was begun before the one before it was completed.");
        // Until the version has changed and everything before it is read-only, the session does nothing else. So no record of the next version lies within the cut, and none has to be undone at recovery.
        while (_store.SystemState.Phase is not (Phase.WAIT_FLUSH or Phase.PERSISTENCE_CALLBACK or Phase.REST)) _session.Refresh();
        return new ShardCut(token, []) { Keys = Count, Records = Records, BeginAddress = _store.Log.BeginAddress, FinalAddress = _store.Log.TailAddress };
    }

    /// <summary>Waits until a cut is on disk and synced; the store goes on meanwhile. Any thread.</summary>
    public async Task<ShardCut> CompleteCutAsync(ShardCut cut, CancellationToken cancellationToken)
    {
        // FASTER does not get the token: cancelled, it would spin for ever. Its task is abandoned instead.
        await _store.CompleteCheckpointAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_metadata.Last is not { } last || last.Token != cut.Token) throw new InvalidOperationException("FASTER completed another checkpoint than the one that was begun.");
        _device.Sync();
        return cut with { Metadata = last.Metadata };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Stop();
        // After a fault there are reads that never end, and the session would wait for them.
        if (_device.Fault is null) _session.Dispose();
        _store.Dispose();
        _device.Dispose();
        if (_assembly.Length > 0) ArrayPool<byte>.Shared.Return(_assembly);
        _assembly = [];
    }

    private void Recover(ShardCut cut)
    {
        _device.Recovering = true;
        try
        {
            // No index token: FASTER rebuilds the index from the log.
            _store.Recover(default, cut.Token);
        }
        catch
        {
            _device.Stop();
            _store.Dispose();
            _device.Dispose();
            throw;
        }
        _device.Recovering = false;
        Count = cut.Keys;
        Records = cut.Records;
    }

    private void Read(RecordKey key, int place)
    {
        var record = default(StateRecord);
        var status = _session.Read(ref key, ref record, place);
        if (!status.IsPending) _completed(place, key, status.Found, ref record);
        else if (++_pending >= MostPending) CompleteReads();
    }

    private void CompleteReads()
    {
        while (!_session.CompletePending(wait: false))
        {
            if (_device.Fault is { } fault) throw new IOException(fault.Message, fault);
            Thread.Yield();
        }
        _pending = 0;
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

    /// <summary>A value of several records, valid until the next; empty if one of them is missing or damaged.</summary>
    private ReadOnlySpan<byte> ReadLong(StateKey key, int length)
    {
        if (_assembly.Length < length)
        {
            if (_assembly.Length > 0) ArrayPool<byte>.Shared.Return(_assembly);
            _assembly = ArrayPool<byte>.Shared.Rent(length);
        }
        _assembled = true;
        _completed = (int part, in RecordKey read, bool found, ref StateRecord record) =>
        {
            if (found && record.Length == length && record.IsIntact(read)) record.ContentOf((uint)part).CopyTo(_assembly.AsSpan(part * StateRecord.Capacity));
            else _assembled = false;
        };
        for (var part = 0; part < StateRecord.PartsOf(length); part++) Read(new RecordKey(key, (uint)part), part);
        CompleteReads();
        return _assembled ? _assembly.AsSpan(0, length) : default;
    }

    private void Replace(StateKey key, int oldLength, ReadOnlySpan<byte> value)
    {
        var parts = StateRecord.PartsOf(value.Length);
        for (var part = 0u; part < parts; part++)
        {
            var recordKey = new RecordKey(key, part);
            var record = default(StateRecord);
            StateRecord.Write(recordKey, value, ref record);
            if (_session.Upsert(ref recordKey, ref record).IsPending) CompleteReads();
        }
        for (var part = parts; part < StateRecord.PartsOf(oldLength); part++) Delete(new RecordKey(key, part));
        Count += (parts > 0 ? 1 : 0) - (oldLength > 0 ? 1 : 0);
        Records += (long)parts - StateRecord.PartsOf(oldLength);
    }

    private void Delete(RecordKey key)
    {
        if (_session.Delete(ref key).IsPending) CompleteReads();
    }

    private void Forget(StateKey key)
    {
        DamagedRecords++;
        Count--;
        Records--;
        Delete(new RecordKey(key, 0));
    }
}
