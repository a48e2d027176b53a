using System.IO.Compression;
using ZstdSharp;

namespace Baton.Fuzzing.Framing;

/// <summary>Compression as the libraries' streams do it, in one go.</summary>
internal static class PlainCompression
{
    public static byte[] Gzip(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(data);
        return compressed.ToArray();
    }

    public static byte[] Zstd(byte[] data)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(data).ToArray();
    }

    /// <summary>The plain bytes; null if they cannot be had, or are more than <paramref name="limit"/>.</summary>
    public static byte[]? Decompress(string encoding, byte[] compressed, int limit)
    {
        var plain = new byte[limit + 1];
        try
        {
            using var source = new MemoryStream(compressed);
            using Stream stream = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(source, CompressionMode.Decompress)
                : new DecompressionStream(source);
            var length = stream.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return length > limit ? null : plain[..length];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ZstdException)
        {
            return null;
        }
    }
}
