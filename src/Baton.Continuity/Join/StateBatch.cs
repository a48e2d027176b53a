using System.Buffers;

namespace Baton.Continuity.Join;

/// <summary>
/// The records that an epoch touches in one shard: a slot per key, loaded once, changed in memory, committed once.
/// Reused from epoch to epoch; values lie in pooled buffers that belong to the batch.
/// </summary>
public sealed class StateBatch
{
    private readonly Dictionary<StateKey, int> _index = [];
    private Slot[] _slots = new Slot[64];

    /// <summary>The number of slots.</summary>
    public int Count { get; private set; }

    /// <summary>The slots from here on are not loaded yet.</summary>
    public int FirstUnloaded { get; private set; }

    /// <summary>The slot of a key, made if it is new.</summary>
    /// <param name="key">The record's key.</param>
    public int SlotOf(StateKey key)
    {
        if (_index.TryGetValue(key, out var slot))
        {
            return slot;
        }
        slot = Append(key);
        _index.Add(key, slot);
        return slot;
    }

    /// <summary>For the engine: a changed slot of a batch that is only committed.</summary>
    /// <param name="key">The record's key, not yet in this batch.</param>
    /// <param name="storedLength">Bytes of the value that the store has; 0 for none.</param>
    /// <param name="value">The new value; an empty one removes the key.</param>
    public void Add(StateKey key, int storedLength, ReadOnlySpan<byte> value)
    {
        var slot = Append(key);
        _slots[slot].StoredLength = storedLength;
        Change(slot, value);
    }

    /// <summary>A slot's key.</summary>
    /// <param name="slot">0 to <see cref="Count"/> - 1.</param>
    public StateKey KeyOf(int slot) => _slots[slot].Key;

    /// <summary>A slot's value; empty where the store has none.</summary>
    /// <param name="slot">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<byte> ValueOf(int slot) => _slots[slot].Buffer.AsSpan(0, _slots[slot].Length);

    /// <summary>True if the slot must be committed.</summary>
    /// <param name="slot">0 to <see cref="Count"/> - 1.</param>
    public bool IsChanged(int slot) => _slots[slot].Changed;

    /// <summary>For a store: the value that it has.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="value">Its value; empty where there is none.</param>
    public void SetLoaded(int slot, ReadOnlySpan<byte> value)
    {
        Set(slot, value);
        _slots[slot].StoredLength = value.Length;
    }

    /// <summary>For a store: bytes of the value that it has under the slot's key, whatever the slot's own value is now; -1 before it was loaded.</summary>
    /// <param name="slot">The slot.</param>
    public int StoredLengthOf(int slot) => _slots[slot].StoredLength;

    /// <summary>For a store: how long the value is that it has, if that is known before the value itself.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="length">Bytes of the value.</param>
    public void SetStoredLength(int slot, int length) => _slots[slot].StoredLength = length;

    /// <summary>For a store: the slot's value is what it has now.</summary>
    /// <param name="slot">The slot.</param>
    public void SetStored(int slot)
    {
        _slots[slot].StoredLength = _slots[slot].Length;
        _slots[slot].Changed = false;
    }

    /// <summary>For a store: all slots are loaded now.</summary>
    public void EndLoad() => FirstUnloaded = Count;

    /// <summary>For the engine: the new value; an empty one removes the key.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="value">The new value.</param>
    public void Change(int slot, ReadOnlySpan<byte> value)
    {
        Set(slot, value);
        _slots[slot].Changed = true;
    }

    /// <summary>Forgets all slots and keeps their buffers.</summary>
    public void Clear()
    {
        _index.Clear();
        Count = 0;
        FirstUnloaded = 0;
    }

    /// <summary>For the engine: a slot of a key that is known not to be in this batch yet. Nor does <see cref="SlotOf"/> find it.</summary>
    /// <param name="key">The record's key.</param>
    public int Append(StateKey key)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Count * 2);
        }
        ref var slot = ref _slots[Count];
        slot.Key = key;
        slot.Length = 0;
        slot.StoredLength = -1;
        slot.Changed = false;
        return Count++;
    }

    private void Set(int slot, ReadOnlySpan<byte> value)
    {
        ref var s = ref _slots[slot];
        if (s.Buffer is null || s.Buffer.Length < value.Length)
        {
            if (s.Buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(s.Buffer);
            }
            s.Buffer = ArrayPool<byte>.Shared.Rent(Math.Max(value.Length, 256));
        }
        value.CopyTo(s.Buffer);
        s.Length = value.Length;
    }

    private struct Slot
    {
        public StateKey Key;
        public byte[]? Buffer;
        public int Length;
        public int StoredLength;
        public bool Changed;
    }
}
