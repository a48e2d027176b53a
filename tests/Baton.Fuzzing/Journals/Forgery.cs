using System.Buffers.Binary;
using Baton.Processor.Journal;

namespace Baton.Fuzzing.Journals;

/// <summary>Makes the checksums of a segment right, whatever it holds: so that what stands behind them is reached.</summary>
internal static class Forgery
{
    public static byte[] Of(byte[] segment)
    {
        byte[] forged = [.. segment];
        if (forged.Length >= SegmentHeader.Size)
            BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(12), Crc32C.Append(Crc32C.Of(forged.AsSpan(0, 12)), forged.AsSpan(16, SegmentHeader.Size - 16)));
        // From the end: a frame within another's body changes the other's checksum.
        for (var at = forged.AsSpan().LastIndexOf("BtnF"u8); at >= 0; at = forged.AsSpan(0, at).LastIndexOf("BtnF"u8))
        {
            if (forged.Length - at >= FrameHeader.Size)
                Complete(forged.AsSpan(at));
        }
        return forged;
    }

    private static void Complete(Span<byte> frame)
    {
        var length = FrameHeader.Read(frame).BodyLength;
        if (length >= 0 && length <= frame.Length - FrameHeader.Size)
            BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Crc32C.Of(frame.Slice(FrameHeader.Size, (int)length)));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C.Of(frame[8..FrameHeader.Size]));
    }
}
