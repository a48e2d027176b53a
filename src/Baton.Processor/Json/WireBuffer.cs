using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Baton.Processor.Receive;

namespace Baton.Processor.Json;

/// <summary>
/// Writes protobuf's wire format into pooled memory. A message's length is written when its end is known: room for it is left before, and
/// the message moved if the length needs more or less. After a failed growth nothing is written any more; the caller asks once, at the end.
/// </summary>
internal ref struct WireBuffer
{
    private const int LongestVarint = 10;

    private readonly PooledBytes _bytes;
    private readonly int _limit;

    // The free part of the bytes, of which the first _used are written. Advanced over only at the end, so that all of it can still be moved.
    private Span<byte> _free;
    private int _used;

    /// <summary>Writes behind what <paramref name="bytes"/> holds.</summary>
    /// <param name="bytes">Where to.</param>
    /// <param name="limit">Bytes that may be written.</param>
    public WireBuffer(PooledBytes bytes, int limit)
    {
        _bytes = bytes;
        _limit = limit;
        _free = bytes.Free;
    }

    /// <summary>Why nothing more is written; null if everything is.</summary>
    public JsonFaultKind? Failure { get; private set; }

    /// <summary>Makes what was written part of the bytes. Nothing is written after it.</summary>
    public readonly void Complete() => _bytes.Advance(_used);

    /// <summary>Begins a length-delimited field.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="lengthBytes">How many bytes its length will likely take, 1 to 5.</param>
    /// <returns>For <see cref="End"/>: where it begins.</returns>
    public int Begin(uint tag, int lengthBytes)
    {
        if (!Ensure(2 * LongestVarint))
            return 0;
        Put(tag);
        _used += lengthBytes;
        return _used;
    }

    /// <summary>Ends a length-delimited field.</summary>
    /// <param name="begin">What <see cref="Begin"/> returned.</param>
    /// <param name="lengthBytes">As it was given to it.</param>
    public void End(int begin, int lengthBytes)
    {
        // Room for the longest length, so that the move always fits.
        if (!Ensure(LongestVarint))
            return;
        var length = _used - begin;
        var needed = VarintSize((uint)length);
        if (needed != lengthBytes)
            _free.Slice(begin, length).CopyTo(_free[(begin + needed - lengthBytes)..]);
        _used = begin - lengthBytes;
        Put((uint)length);
        _used += length;
    }

    /// <summary>Writes a tag and a varint.</summary>
    public void Varint(uint tag, ulong value)
    {
        if (!Ensure(2 * LongestVarint))
            return;
        Put(tag);
        Put(value);
    }

    /// <summary>Writes a varint without a tag: an element of a packed field.</summary>
    public void Varint(ulong value)
    {
        if (Ensure(LongestVarint))
            Put(value);
    }

    /// <summary>Writes a tag and eight bytes.</summary>
    public void Fixed64(uint tag, ulong value)
    {
        if (!Ensure(LongestVarint + sizeof(ulong)))
            return;
        Put(tag);
        Fixed64(value);
    }

    /// <summary>Writes eight bytes without a tag: an element of a packed field.</summary>
    public void Fixed64(ulong value)
    {
        if (!Ensure(sizeof(ulong)))
            return;
        BinaryPrimitives.WriteUInt64LittleEndian(_free[_used..], value);
        _used += sizeof(ulong);
    }

    /// <summary>Writes a tag and four bytes.</summary>
    public void Fixed32(uint tag, uint value)
    {
        if (!Ensure(LongestVarint + sizeof(uint)))
            return;
        Put(tag);
        BinaryPrimitives.WriteUInt32LittleEndian(_free[_used..], value);
        _used += sizeof(uint);
    }

    /// <summary>Writes a tag, a length and bytes.</summary>
    public void Bytes(uint tag, ReadOnlySpan<byte> value)
    {
        if (TryReserve(tag, value.Length, out var room))
            value.CopyTo(room);
    }

    /// <summary>Writes a tag and a length.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="length">The length.</param>
    /// <param name="room">For that many bytes, all of which must be filled before anything else is written.</param>
    /// <returns>False after a failure.</returns>
    [UnscopedRef]
    public bool TryReserve(uint tag, int length, out Span<byte> room)
    {
        room = default;
        if (!Ensure((2 * LongestVarint) + length))
            return false;
        Put(tag);
        Put((uint)length);
        room = _free.Slice(_used, length);
        _used += length;
        return true;
    }

    private static int VarintSize(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(ulong value)
    {
        var at = _used;
        while (value >= 0x80)
        {
            _free[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _free[at++] = (byte)value;
        _used = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Ensure(int count) => _free.Length - _used >= count || Grow(count);

    private bool Grow(int count)
    {
        if (Failure is not null)
            return false;
        var written = _bytes.Length;
        if (_used + (long)count > _limit + (2L * LongestVarint))
        {
            Failure = JsonFaultKind.TooLarge;
            return false;
        }
        // Growing keeps what is written, so for that moment all of it is.
        _bytes.Advance(_used);
        var grown = _bytes.TryGrow((int)Math.Min(Math.Max(_bytes.Capacity * 2L, (long)_bytes.Length + count), Array.MaxLength));
        _bytes.Truncate(written);
        _free = _bytes.Free;
        if (!grown || _free.Length - _used < count)
            Failure = JsonFaultKind.NoMemory;
        return Failure is null;
    }
}
