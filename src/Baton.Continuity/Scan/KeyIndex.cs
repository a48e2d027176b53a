using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Baton.Continuity.Scan;

/// <summary>
/// The attribute keys that a scan looks for, each with a slot. Filled once, then read only.
/// Most keys of a span are not among them: the first byte and the length, and then a hash of the length and the last bytes, tell most of these at once.
/// </summary>
internal sealed class KeyIndex
{
    private readonly List<byte[]> _keys = [];
    private int[] _buckets = [];
    private int _shift;
    private ulong _lengths;

    // By the low six bits, which tell letters of one case apart.
    private ulong _firsts;

    /// <summary>The number of slots.</summary>
    public int Count => _keys.Count;

    /// <summary>The slot of a key, made if it is new. Not after the first <see cref="Find"/>.</summary>
    public int Add(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var slot = _keys.FindIndex(known => known.AsSpan().SequenceEqual(bytes));
        if (slot >= 0)
        {
            return slot;
        }
        _keys.Add(bytes);
        Rebuild();
        return _keys.Count - 1;
    }

    /// <summary>The slot of a key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> key)
    {
        if ((_firsts >> FirstOf(key) & _lengths >> Math.Min(key.Length, 63) & 1) == 0)
        {
            return -1;
        }
        return FindIn(key);
    }

    private int FindIn(ReadOnlySpan<byte> key)
    {
        for (var bucket = BucketOf(key); _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            var slot = _buckets[bucket] - 1;
            if (key.SequenceEqual(_keys[slot]))
            {
                return slot;
            }
        }
        return -1;
    }

    // At most an eighth of the buckets is in use, so that a foreign key mostly finds an empty one.
    private void Rebuild()
    {
        var bits = 32 - BitOperations.LeadingZeroCount((uint)_keys.Count * 8);
        _shift = 64 - bits;
        _buckets = new int[1 << bits];
        _lengths = 0;
        _firsts = 0;
        for (var slot = 0; slot < _keys.Count; slot++)
        {
            var bucket = BucketOf(_keys[slot]);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (_buckets.Length - 1);
            }
            _buckets[bucket] = slot + 1;
            _lengths |= 1UL << Math.Min(_keys[slot].Length, 63);
            _firsts |= 1UL << FirstOf(_keys[slot]);
        }
    }

    private static int FirstOf(ReadOnlySpan<byte> key) => key.IsEmpty ? 0 : key[0];

    private int BucketOf(ReadOnlySpan<byte> key)
    {
        ulong tail = key.Length switch
        {
            >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]),
            >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(key) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(key[^4..]) << 32,
            > 0 => (ulong)key[0] | (ulong)key[key.Length / 2] << 8 | (ulong)key[^1] << 16,
            _ => 0,
        };
        return (int)((tail ^ (ulong)key.Length * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93 >> _shift);
    }
}
