using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Baton.Continuity.Join;

/// <summary>
/// Names that many handoffs share, kept once, under a number that is made from their bytes: the same on every shard, after every
/// restart and in every instance. When it is full, those not used for the longest time go, a tenth at once; what refers to them
/// then has no name. Written by the engine's thread between rounds, read by the shards within them.
/// </summary>
internal sealed class Interner(int capacity)
{
    private readonly Dictionary<ulong, Entry> _entries = [];
    private long _clock;

    public int Count => _entries.Count;

    /// <summary>The number of a name; 0 for an empty one.</summary>
    public ulong Intern(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return 0;
        }
        var id = XxHash3.HashToUInt64(name);
        _clock++;
        if (_entries.TryGetValue(id, out var entry))
        {
            entry.Used = _clock;
            return id;
        }
        if (_entries.Count >= capacity)
        {
            Shrink();
        }
        _entries.Add(id, new Entry(name.ToArray()) { Used = _clock });
        return id;
    }

    /// <summary>The name of a number; empty if it is forgotten.</summary>
    public ReadOnlySpan<byte> NameOf(ulong id) => _entries.TryGetValue(id, out var entry) ? entry.Name : default;

    public void WriteTo(IBufferWriter<byte> output)
    {
        var head = output.GetSpan(4);
        BinaryPrimitives.WriteInt32LittleEndian(head, _entries.Count);
        output.Advance(4);
        foreach (var entry in _entries.Values.OrderBy(e => e.Used))
        {
            var span = output.GetSpan(4 + entry.Name.Length);
            BinaryPrimitives.WriteInt32LittleEndian(span, entry.Name.Length);
            entry.Name.CopyTo(span[4..]);
            output.Advance(4 + entry.Name.Length);
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(input);
        input = input[4..];
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(input);
            Intern(input.Slice(4, length));
            input = input[(4 + length)..];
        }
    }

    private void Shrink()
    {
        foreach (var (id, _) in _entries.OrderBy(e => e.Value.Used).Take(Math.Max(1, capacity / 10)).ToList())
        {
            _entries.Remove(id);
        }
    }

    private sealed class Entry(byte[] name)
    {
        public byte[] Name { get; } = name;

        public long Used { get; set; }
    }
}
