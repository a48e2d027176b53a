using System.Buffers.Binary;

namespace Baton.Load.Wire;

/// <summary>Walks the fields of one protobuf message without copying. Ends, with <see cref="Malformed"/> set, at the first fault.</summary>
internal ref struct ProtoCursor(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public bool Malformed { get; private set; }

    public int Field { get; private set; }

    /// <summary>The bytes of a length-delimited field; empty for the other wire types.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>The value of a varint or fixed field.</summary>
    public ulong Number { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty || !Varint(out ulong tag)) return false;
        Field = (int)(tag >> 3);
        Payload = default;
        switch (tag & 7)
        {
            case 0:
                if (!Varint(out ulong value)) return false;
                Number = value;
                return true;
            case 1:
                if (!Take(8, out var eight)) return false;
                Number = BinaryPrimitives.ReadUInt64LittleEndian(eight);
                return true;
            case 2:
                if (!Varint(out ulong length) || !Take(length, out var payload)) return false;
                Payload = payload;
                return true;
            case 5:
                if (!Take(4, out var four)) return false;
                Number = BinaryPrimitives.ReadUInt32LittleEndian(four);
                return true;
            default:
                return Fault();
        }
    }

    private bool Take(ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (ulong)_rest.Length) return Fault();
        taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            byte b = _rest[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return Fault();
    }

    private bool Fault()
    {
        Malformed = true;
        return false;
    }
}
