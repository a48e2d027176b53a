using System.Buffers.Binary;
using Google.Protobuf;

namespace Baton.Processor.Json;

/// <summary>
/// Walks the fields of one protobuf message, and takes what the scan of requests takes (Baton.Continuity, WireReader): groups, which OTLP does not
/// have, are passed over, and of tags and lengths the low 32 bits count.
/// </summary>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;
    private const int MaxGroups = 100;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>The next byte to read; behind the end of a message that is malformed.</summary>
    public int Position { get; set; }

    /// <summary>The number of the field that was read.</summary>
    public int Number { get; private set; }

    /// <summary>Its wire type.</summary>
    public WireFormat.WireType Type { get; private set; }

    /// <summary>Its value, where it is a number.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Its value, where it has a length.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>True after a field that cannot be read.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads the next field; false at the end, and where it cannot be read.</summary>
    public bool Next()
    {
        if (Position >= _message.Length)
            return false;
        IsMalformed = !TryField(0);
        return !IsMalformed;
    }

    /// <summary>Reads a number of a wire type: an element of a packed field.</summary>
    public bool NextPacked(WireFormat.WireType type)
    {
        if (Position >= _message.Length)
            return false;
        IsMalformed = !TryValue(type);
        return !IsMalformed;
    }

    private bool TryField(int groups)
    {
        if (!TryVarint(out var tag))
            return false;
        var number = (int)((uint)tag >> 3);
        var type = (WireFormat.WireType)(tag & 7);
        if (number == 0 || !(type == WireFormat.WireType.StartGroup ? TrySkipGroup(number, groups + 1) : TryValue(type)))
            return false;
        (Number, Type) = (number, type);
        return true;
    }

    private bool TrySkipGroup(int number, int groups)
    {
        while (groups <= MaxGroups && Position < _message.Length)
        {
            var at = Position;
            if (TryVarint(out var tag) && (WireFormat.WireType)(tag & 7) == WireFormat.WireType.EndGroup)
                return (int)((uint)tag >> 3) == number;
            Position = at;
            if (!TryField(groups))
                return false;
        }
        return false;
    }

    private bool TryValue(WireFormat.WireType type)
    {
        var rest = _message[Position..];
        switch (type)
        {
            case WireFormat.WireType.Varint:
                var complete = TryVarint(out var varint);
                Bits = varint;
                return complete;
            case WireFormat.WireType.Fixed64 when rest.Length >= sizeof(ulong):
                Bits = BinaryPrimitives.ReadUInt64LittleEndian(rest);
                Position += sizeof(ulong);
                return true;
            case WireFormat.WireType.Fixed32 when rest.Length >= sizeof(uint):
                Bits = BinaryPrimitives.ReadUInt32LittleEndian(rest);
                Position += sizeof(uint);
                return true;
            case WireFormat.WireType.LengthDelimited when TryVarint(out var length) && (uint)length <= _message.Length - Position:
                Bytes = _message.Slice(Position, (int)(uint)length);
                Position += (int)(uint)length;
                return true;
            default:
                return false;
        }
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < LongestVarint * 7 && Position < _message.Length; shift += 7)
        {
            var octet = _message[Position++];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
                return true;
        }
        return false;
    }
}
