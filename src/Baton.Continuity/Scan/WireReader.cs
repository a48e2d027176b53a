using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Baton.Continuity.Scan;

/// <summary>
/// Walks the wire format of protobuf (protobuf.dev, "Encoding") and accepts exactly what Google.Protobuf for C# accepts: tags and lengths
/// keep the low 32 bits of varints of up to ten bytes, groups are skipped if they are balanced, and messages nest 100 deep.
/// After a fault every read gives nothing and every loop ends, so that callers need to ask only once, at the end.
/// </summary>
/// <param name="bytes">The whole request; offsets are counted in it.</param>
internal ref partial struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>How deep messages and groups nest, the request itself not counted: the limit of protobuf's own parsers.</summary>
    public const int MaxDepth = 100;

    private const int Nowhere = int.MaxValue;
    private int _depth;

    // Where the first string that is not UTF-8 stands, or -1: no fault of the wire, but such a string may not go on.
    private int _invalidText = -1;

    /// <summary>The whole request.</summary>
    public readonly ReadOnlySpan<byte> Bytes = bytes;

    /// <summary>The next byte to read.</summary>
    public int Position;

    /// <summary>Where the message that is being read ends.</summary>
    public int End = bytes.Length;

    /// <summary>What is wrong, if anything is.</summary>
    public WireFault Fault;

    /// <summary>Where it is wrong.</summary>
    public int FaultOffset;

    /// <summary>Reads the next tag of the current message.</summary>
    /// <returns>False at its end, and after a fault.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next(out uint tag)
    {
        var at = Position;
        if (at >= End)
        {
            tag = 0;
            return false;
        }
        tag = Bytes[at];
        if (tag - 8 < 0x78)
        {
            Position = at + 1;
            return true;
        }
        return NextSlow(out tag);
    }

    /// <summary>Reads a length and makes that message the current one.</summary>
    /// <returns>The end of the outer message, for <see cref="Leave"/>.</returns>
    public int Enter()
    {
        var outer = End;
        var length = Length();
        if (++_depth > MaxDepth)
        {
            Refuse(WireFault.TooDeep, Position);
        }
        End = Position == Nowhere ? End : Position + length;
        return outer;
    }

    /// <summary>Makes the outer message the current one again; the inner one has been read to its end.</summary>
    public void Leave(int outer)
    {
        End = outer;
        _depth--;
    }

    /// <summary>Reads a length that fits into the current message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Length()
    {
        var at = Position;
        if (at < End && Bytes[at] is var first && first < 0x80 && first < End - at)
        {
            Position = at + 1;
            return first;
        }
        return LengthSlow();
    }

    /// <summary>Reads a length-delimited field and gives its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Block(out int length)
    {
        length = Length();
        var offset = Position;
        if (offset == Nowhere)
        {
            return 0;
        }
        Position = offset + length;
        return offset;
    }

    /// <summary>Reads a string field and gives its place.</summary>
    public int Text(out int length)
    {
        var offset = Block(out length);
        var text = Bytes.Slice(offset, length);
        if (!Ascii7.IsAll(text) && !Utf8.IsValid(text) && _invalidText < 0)
        {
            _invalidText = offset;
        }
        return offset;
    }

    /// <summary>Where the first string since the last call stands that is not UTF-8; -1 if all are.</summary>
    public int TakeInvalidText()
    {
        var offset = _invalidText;
        _invalidText = -1;
        return offset;
    }

    /// <summary>Goes back to a place in the current message, unless there was a fault.</summary>
    public void Rewind(int position) => Position = Fault == WireFault.None ? position : Nowhere;

    /// <summary>Reads a varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Varint()
    {
        var at = Position;
        if (at < End && Bytes[at] is var first && first < 0x80)
        {
            Position = at + 1;
            return first;
        }
        return VarintSlow();
    }

    /// <summary>Reads eight bytes.</summary>
    public ulong Fixed64()
    {
        var at = Position;
        return Advance(sizeof(ulong)) ? BinaryPrimitives.ReadUInt64LittleEndian(Bytes[at..]) : 0;
    }

    private bool NextSlow(out uint tag)
    {
        tag = (uint)Varint();
        if (tag >> 3 == 0)
        {
            Refuse(WireFault.FieldZero, Position);
        }
        return Position != Nowhere;
    }

    private int LengthSlow()
    {
        var at = Position;
        var length = (int)(uint)Varint();
        if (length < 0 || length > End - Position)
        {
            Refuse(WireFault.LengthPastEnd, at);
            return 0;
        }
        return length;
    }

    private ulong VarintSlow()
    {
        ulong value = 0;
        var at = Position;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= End)
            {
                Refuse(WireFault.CutOff, at);
                return 0;
            }
            var octet = Bytes[at++];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
            {
                Position = at;
                return value;
            }
        }
        Refuse(WireFault.LongVarint, Position);
        return 0;
    }

    private void Refuse(WireFault fault, int offset)
    {
        if (Fault == WireFault.None)
        {
            Fault = fault;
            FaultOffset = offset;
        }
        Position = Nowhere;
    }
}
