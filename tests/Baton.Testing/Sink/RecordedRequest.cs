using System.IO.Compression;

namespace Baton.Testing.Sink;

/// <summary>One export request, as it came.</summary>
public sealed class RecordedRequest
{
    private readonly Lazy<IReadOnlyList<RecordedSpan>> _spans;

    internal RecordedRequest() =>
        _spans = new(() => Signal == OtlpSignal.Traces ? RecordedSpan.ReadAll(Payload) : []);

    /// <summary>Which service, or which path.</summary>
    public required OtlpSignal Signal { get; init; }

    /// <summary>gRPC or HTTP.</summary>
    public required OtlpTransport Transport { get; init; }

    /// <summary>Request headers, names in lower case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>`identity`, `gzip` or `zstd`: what <see cref="Body"/> is encoded in.</summary>
    public required string Encoding { get; init; }

    /// <summary>The message as on the wire (of gRPC without the five-byte prefix), still encoded.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The serialized export request: <see cref="Body"/>, decoded.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What the sink answered; null until it was decided.</summary>
    public SinkAnswer? Answer { get; internal set; }

    /// <summary>Whether the sink took the request, and so counts its spans.</summary>
    public bool Taken => Answer is { Taken: true };

    /// <summary>The spans of a trace request, whether taken or not; none for other signals.</summary>
    /// <exception cref="InvalidDataException">The payload is not an ExportTraceServiceRequest.</exception>
    public IReadOnlyList<RecordedSpan> Spans => _spans.Value;

    /// <summary>Decodes a body.</summary>
    /// <exception cref="InvalidDataException">The encoding is not one of the sink's, or the bytes are not in it.</exception>
    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body, string encoding)
    {
        if (encoding == "identity")
            return body;
        using var packed = new MemoryStream(body.ToArray());
        using Stream decoded = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "zstd" => new ZstdSharp.DecompressionStream(packed),
            _ => throw new InvalidDataException($"The encoding is '{encoding}'; the sink takes identity, gzip and zstd."),
        };
        using var unpacked = new MemoryStream();
        decoded.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
