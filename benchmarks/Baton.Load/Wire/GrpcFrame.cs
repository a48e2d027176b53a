using System.Buffers.Binary;

namespace Baton.Load.Wire;

/// <summary>The five bytes before a gRPC message: one that says whether it is compressed, four with its length, big-endian.</summary>
internal static class GrpcFrame
{
    public const int PrefixLength = 5;

    /// <summary>gRPC's answer to an Export of which nothing was rejected: one message of no bytes.</summary>
    public static readonly ReadOnlyMemory<byte> Empty = new byte[PrefixLength];

    public static byte[] Wrap(ReadOnlySpan<byte> message, bool compressed)
    {
        var frame = new byte[PrefixLength + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <summary>False unless the frame holds exactly one whole message, as every OTLP call does.</summary>
    public static bool TryUnwrap(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> message, out bool compressed)
    {
        message = default;
        compressed = false;
        if (frame.Length < PrefixLength) return false;
        var prefix = frame.Span[..PrefixLength];
        if (prefix[0] > 1 || BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]) != frame.Length - PrefixLength) return false;
        compressed = prefix[0] == 1;
        message = frame[PrefixLength..];
        return true;
    }
}
