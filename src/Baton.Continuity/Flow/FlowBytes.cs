using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Baton.Continuity.Flow;

/// <summary>Writes the parts of a table of the checkpoint.</summary>
internal readonly struct FlowWriter(IBufferWriter<byte> output)
{
    public void Write(long value) => output.Write(MemoryMarshal.AsBytes([value]));

    public void Write(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(bytes.Length);
        output.Write(bytes);
    }
}

/// <summary>Reads what <see cref="FlowWriter"/> wrote.</summary>
internal ref struct FlowReader(ReadOnlySpan<byte> input)
{
    /// <summary>What is not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = input;

    public long Long() => MemoryMarshal.Read<long>(Bytes(sizeof(long)));

    public string Text() => Encoding.UTF8.GetString(Bytes((int)Long()));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        var bytes = Rest[..count];
        Rest = Rest[count..];
        return bytes;
    }
}
