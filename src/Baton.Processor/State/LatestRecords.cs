using System.Collections;
using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// Finds the newest version of every key in a log, in which a key may stand many times and its deletion is one more record. Reads the log in order, which is an order of
/// magnitude faster than asking the index for each record, and needs no more memory than it is given.
/// </summary>
/// <remarks>
/// Keys are divided by hash into as many classes as it takes for one class to fit into memory. A pass for each class remembers where each of its keys was met last, and keeps
/// one bit per record of the log; a last pass visits the records whose bit is set. With the memory that the store has for its log anyway, one class is the rule.
/// </remarks>
internal sealed class LatestRecords(FasterKV<RecordKey, StateRecord> store, long memoryBytes)
{
    /// <summary>What a key takes in the dictionary of a pass, with its share of empty room.</summary>
    private const int BytesPerKey = 48;

    private readonly long _begin = store.Log.BeginAddress;
    private readonly long _end = store.Log.TailAddress;

    /// <summary>Is shown one record.</summary>
    public delegate void Visitor(in RecordKey key, ref StateRecord record);

    /// <summary>Visits the first part of each live value. No other operation on the log meanwhile, but reads.</summary>
    public void Visit(Visitor visit)
    {
        var records = (_end - _begin) / store.Log.FixedRecordSize + 1;
        var classes = (uint)Math.Max(1, records * BytesPerKey / Math.Max(memoryBytes, BytesPerKey));
        var newest = new BitArray(checked((int)records));
        for (var keyClass = 0u; keyClass < classes; keyClass++) Mark(newest, classes, keyClass);
        using var log = store.Log.Scan(_begin, _end);
        for (var number = 0; log.GetNext(out _); number++)
        {
            if (!newest[number]) continue;
            var key = log.GetKey();
            var record = log.GetValue();
            visit(key, ref record);
        }
    }

    private void Mark(BitArray newest, uint classes, uint keyClass)
    {
        var lastSeen = new Dictionary<StateKey, int>(newest.Length / (int)classes, UnpredictableHash.Instance);
        using var log = store.Log.Scan(_begin, _end);
        for (var number = 0; log.GetNext(out var info); number++)
        {
            ref var key = ref log.GetKey();
            if (key.Part != 0 || (uint)((key.High ^ key.Low) * 0x9E3779B97F4A7C15 >> 32) % classes != keyClass) continue;
            if (lastSeen.TryGetValue(key.StateKey, out var earlier)) newest[earlier] = false;
            lastSeen[key.StateKey] = number;
            newest[number] = !info.Tombstone;
        }
    }

    /// <summary>Keys may come from outside.</summary>
    private sealed class UnpredictableHash : IEqualityComparer<StateKey>
    {
        public static readonly UnpredictableHash Instance = new();

        public bool Equals(StateKey x, StateKey y) => x == y;

        public int GetHashCode(StateKey key) => HashCode.Combine(key.High, key.Low);
    }
}
