using Baton.Processor.Journal;

namespace Baton.Processor.Receive;

/// <summary>The compressions that are taken, under the names that HTTP and gRPC share.</summary>
internal static class ContentCoding
{
    /// <summary>What grpc-accept-encoding and Accept-Encoding answer to a sender that used another one.</summary>
    public const string Accepted = "gzip,zstd,identity";

    /// <summary>The compression of this name; none and an empty name mean identity. Null for one that is not taken.</summary>
    public static PayloadEncoding? Parse(string? name) => name switch
    {
        null or "" => PayloadEncoding.Identity,
        _ when name.Equals("identity", StringComparison.OrdinalIgnoreCase) => PayloadEncoding.Identity,
        _ when name.Equals("gzip", StringComparison.OrdinalIgnoreCase) => PayloadEncoding.Gzip,
        _ when name.Equals("zstd", StringComparison.OrdinalIgnoreCase) => PayloadEncoding.Zstd,
        _ => null,
    };

    /// <summary>The name of a compression.</summary>
    public static string NameOf(PayloadEncoding encoding) => encoding switch
    {
        PayloadEncoding.Gzip => "gzip",
        PayloadEncoding.Zstd => "zstd",
        _ => "identity",
    };

    /// <summary>Decompresses into <paramref name="plain"/>, which is empty before, and never more than <paramref name="limit"/> bytes.</summary>
    public static DecompressionEnd Decompress(PayloadEncoding encoding, ReadOnlyMemory<byte> compressed, PooledBytes plain, int limit) => encoding switch
    {
        PayloadEncoding.Gzip => GzipReader.Read(compressed, plain, limit),
        PayloadEncoding.Zstd => ZstdReader.Read(compressed, plain, limit),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
    };
}
