using Baton.Processor.Receive;

namespace Baton.Processor.Tests.Receive;

/// <summary>Runs a decompressor as the receiver does, and sees that it gives back all memory.</summary>
internal static class Decompression
{
    /// <summary>A decompressor: from, to, and the most that may come out.</summary>
    public delegate DecompressionEnd Reader(ReadOnlyMemory<byte> compressed, PooledBytes plain, int limit);

    /// <summary>How it ended, and what came out.</summary>
    public static (DecompressionEnd End, byte[] Plain) Run(Reader reader, byte[] compressed, int limit)
    {
        var admission = new Admission(long.MaxValue);
        var plain = new PooledBytes(admission);
        var end = reader(compressed, plain, limit);
        var bytes = plain.Written.ToArray();
        plain.Release();
        Assert.Equal(0, admission.InFlightBytes);
        return (end, bytes);
    }

    /// <summary>It came to its end, with these bytes.</summary>
    public static void AssertComplete(IEnumerable<byte> expected, (DecompressionEnd End, byte[] Plain) actual)
    {
        Assert.Equal(DecompressionEnd.Complete, actual.End);
        Assert.Equal(expected, actual.Plain);
    }

    /// <summary>Bytes that no compression makes shorter; the same for the same length.</summary>
    public static byte[] Incompressible(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
