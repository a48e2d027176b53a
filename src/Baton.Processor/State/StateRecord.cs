using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Processor.Journal;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// The key of a record in the store: a key of state, and which part of its value. Values longer than a record go on in parts 1, 2, …
/// The number stands beside the key, not mixed into it, because keys may come from outside and must not be able to name each other's parts.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RecordKey(ulong High, ulong Low, uint Part)
{
    public RecordKey(StateKey key, uint part)
        : this(key.High, key.Low, part)
    {
    }

    public StateKey StateKey => new(High, Low);
}

/// <summary>A record's fixed-size value. With header and key it takes 224 bytes: a handoff with message id and job id fits, waiting or, of which there are most, over.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct StateRecord
{
    /// <summary>Bytes of a value that one record holds.</summary>
    public const int Capacity = 188;

    /// <summary>Bytes of the whole value, in each of its parts.</summary>
    public int Length;

    /// <summary>CRC-32C of key, length and content: FASTER has none, and what is read back from disk must not pass for state when it is damaged.</summary>
    public uint Checksum;

    private Content _content;

    /// <summary>The parts that a value of this length takes.</summary>
    public static uint PartsOf(int length) => (uint)((length + Capacity - 1) / Capacity);

    public static void Write(in RecordKey key, ReadOnlySpan<byte> value, out StateRecord record)
    {
        record = default;
        record.Length = value.Length;
        var offset = (int)key.Part * Capacity;
        value[offset..Math.Min(value.Length, offset + Capacity)].CopyTo(record._content);
        record.Checksum = record.Compute(key);
    }

    /// <summary>This record's part of the value.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ContentOf(uint part) => ((ReadOnlySpan<byte>)_content)[..Math.Clamp(Length - (int)part * Capacity, 0, Capacity)];

    public readonly bool IsIntact(in RecordKey key) => Length > 0 && Checksum == Compute(key);

    private readonly uint Compute(in RecordKey key)
    {
        var checksum = Crc32C.Append((uint)Length, MemoryMarshal.AsBytes(new ReadOnlySpan<RecordKey>(in key)));
        return Crc32C.Append(checksum, ContentOf(key.Part));
    }

    [InlineArray(Capacity)]
    private struct Content
    {
        private byte _first;
    }
}

/// <summary>Equality of keys, and a hash that nobody outside can predict, so that chosen trace ids cannot fill one bucket.</summary>
/// <remarks>
/// The seed belongs to the directory, for its whole life. The index is rebuilt at each start, but it only knows the newest record of each chain: the others are found through
/// the links in the records themselves, which were made with the hash of their time.
/// </remarks>
internal sealed class RecordKeyComparer(ulong seed) : IFasterEqualityComparer<RecordKey>
{
    public long GetHashCode64(ref RecordKey key)
    {
        // FASTER takes the bucket from the low bits and a tag from the high ones: both halves of a 128-bit product spread the input over all of them.
        var low = Math.BigMul(key.High ^ seed, 0x9E3779B97F4A7C15 ^ key.Part, out var product);
        var mixed = low ^ product ^ key.Low;
        low = Math.BigMul(mixed ^ (seed >> 7), 0xD6E8FEB86659FD93, out product);
        return (long)(low ^ product);
    }

    public bool Equals(ref RecordKey left, ref RecordKey right) => left.Low == right.Low && left.High == right.High && left.Part == right.Part;
}
