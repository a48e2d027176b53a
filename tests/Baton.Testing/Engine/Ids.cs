using System.Text;
using Google.Protobuf;

namespace Baton.Testing.Engine;

/// <summary>Readable ids: a test says `t1`, the wire gets 16 bytes that are always the same for it.</summary>
public static class Ids
{
    public static ByteString Trace(string name) => Of(name, 16);

    public static ByteString Span(string name) => Of(name, 8);

    private static ByteString Of(string name, int length)
    {
        var bytes = new byte[length];
        if (name != "0")
        {
            System.IO.Hashing.XxHash128.Hash(Encoding.UTF8.GetBytes(name)).AsSpan(0, length).CopyTo(bytes);
            bytes[0] |= 1;
        }
        return ByteString.CopyFrom(bytes);
    }
}
