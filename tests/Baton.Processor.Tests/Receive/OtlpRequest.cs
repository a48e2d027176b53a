using System.Buffers.Binary;
using System.IO.Compression;
using Baton.Processor.Journal;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.Receive;

/// <summary>Requests, right and wrong, as bytes.</summary>
internal static class OtlpRequest
{
    public const string TracePath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    public static readonly byte[] TraceId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public static readonly byte[] SpanId = [.. Enumerable.Range(1, 8).Select(i => (byte)i)];

    public static ExportTraceServiceRequest Of(params Span[] spans) => new() { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };

    public static ExportTraceServiceRequest OfSpans(int count) => Of([.. Enumerable.Range(0, count).Select(_ => Valid())]);

    public static Span Valid(string name = "work") => new()
    {
        TraceId = ByteString.CopyFrom(TraceId),
        SpanId = ByteString.CopyFrom(SpanId),
        Name = name,
        StartTimeUnixNano = 1_000,
        EndTimeUnixNano = 2_000,
    };

    public static byte[] Gzip(ReadOnlySpan<byte> data) => Gzip(data, CompressionLevel.Fastest);

    public static byte[] Zstd(ReadOnlySpan<byte> data)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(data).ToArray();
    }

    public static byte[] Compress(ReadOnlySpan<byte> data, PayloadEncoding encoding) => encoding == PayloadEncoding.Zstd ? Zstd(data) : Gzip(data);

    public static byte[] GzipSmallest(ReadOnlySpan<byte> data) => Gzip(data, CompressionLevel.SmallestSize);

    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    private static byte[] Gzip(ReadOnlySpan<byte> data, CompressionLevel level)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, level, leaveOpen: true))
            gzip.Write(data);
        return compressed.ToArray();
    }
}
