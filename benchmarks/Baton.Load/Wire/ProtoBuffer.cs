using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Baton.Load.Wire;

/// <summary>
/// Writes protobuf fields by hand, because the writer must know where each value ends up: ids and times are patched in place later.
/// Methods that write a value return the offset of its first byte in this buffer.
/// </summary>
internal sealed class ProtoBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public int Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)value.Length);
        int offset = Length;
        _bytes.Write(value);
        return offset;
    }

    public int Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public int Message(int field, ProtoBuffer message) => Bytes(field, message.Written);

    public int Number(int field, ulong value)
    {
        Varint((ulong)field << 3);
        int offset = Length;
        Varint(value);
        return offset;
    }

    public int Fixed64(int field, ulong value)
    {
        Varint((ulong)field << 3 | 1);
        int offset = Length;
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return offset;
    }

    public int Fixed32(int field, uint value)
    {
        Varint((ulong)field << 3 | 5);
        int offset = Length;
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return offset;
    }

    /// <summary>A KeyValue whose value is text, or a number where the text is one. Returns the offset of the text.</summary>
    public int Attribute(int field, string key, string value)
    {
        var any = new ProtoBuffer();
        int offset = long.TryParse(value, out long number) ? any.Number(3, (ulong)number) : any.Text(1, value);
        var pair = new ProtoBuffer();
        pair.Text(1, key);
        offset += pair.Message(2, any);
        return offset + Message(field, pair);
    }

    private void Varint(ulong value)
    {
        var span = _bytes.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
