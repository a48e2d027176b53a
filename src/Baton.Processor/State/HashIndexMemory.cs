using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// Where a store's hash index lies in memory. Every operation begins at a random place of it, and it is larger than the processor's caches: so the places of a batch's operations are fetched beside each
/// other before the first of them, which would each wait for its own.
/// </summary>
/// <remarks>FASTER does not tell where it is. It is looked for once among its fields; should these be others than expected, nothing is lost but time.</remarks>
internal sealed class HashIndexMemory
{
    private const int BucketBytes = 64;

    // Held, so that what is read stays there even if FASTER should come to take another.
    private readonly Array? _table;
    private readonly nint _buckets;
    private readonly long _mask;
    private readonly RecordKeyComparer _comparer;
    private long _fetched;

    /// <param name="store">Whose index it is, recovered already.</param>
    /// <param name="comparer">The store's.</param>
    /// <param name="sectorSize">The device's: FASTER lets the index begin with one.</param>
    public HashIndexMemory(FasterBase store, RecordKeyComparer comparer, uint sectorSize)
    {
        _comparer = comparer;
        if (FieldOf(store, typeof(FasterBase), "state") is not Array { Length: > 0 } tables || tables.GetValue(0) is not { } table) return;
        if (FieldOf(table, table.GetType(), "tableRaw") is not Array buckets || FieldOf(table, table.GetType(), "size_mask") is not long mask || buckets.Length <= mask) return;
        // The array is pinned.
        _table = buckets;
        _buckets = (Marshal.UnsafeAddrOfPinnedArrayElement(buckets, 0) + (nint)sectorSize - 1) & -(nint)sectorSize;
        _mask = mask;
    }

    /// <summary>Whether it was found.</summary>
    public bool IsKnown => _table is not null;

    /// <summary>Fetches the places of a batch's keys into the cache, from a slot on. Nothing has to wait for one of them, so that they come at the same time.</summary>
    public void Fetch(StateBatch batch, int first)
    {
        for (var slot = first; slot < batch.Count; slot++) _fetched ^= Fetch(new RecordKey(batch.KeyOf(slot), 0));
    }

    /// <summary>Fetches the place of one key.</summary>
    /// <returns>What stands first there; 0 while nothing does.</returns>
    public long Fetch(RecordKey key)
    {
        if (!IsKnown) return 0;
        var place = _buckets + (nint)((_comparer.GetHashCode64(ref key) & _mask) * BucketBytes);
        return Unsafe.ReadUnaligned<long>(ref MemoryMarshal.GetReference(UnmanagedBytes.At(place, sizeof(long))));
    }

    private static object? FieldOf(object owner, Type type, string name) => type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(owner);
}
