using System.IO.Compression;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using ZstdSharp;

namespace Baton.Processor.Forward;

/// <summary>What an exporter's <c>compression</c> means for a payload.</summary>
internal static class PayloadCompression
{
    // The level that both formats' own tools take for a fast one: telemetry is repetitive, and higher ones cost several times as much.
    private const int ZstdLevel = 1;

    /// <summary>A payload that came in this encoding goes out as it is, or is only to be compressed. Otherwise it is decompressed first.</summary>
    public static bool Keeps(this ExporterCompression compression, PayloadEncoding encoding) => encoding == PayloadEncoding.Identity || compression switch
    {
        ExporterCompression.AsReceived => true,
        ExporterCompression.Gzip => encoding == PayloadEncoding.Gzip,
        ExporterCompression.Zstd => encoding == PayloadEncoding.Zstd,
        _ => false,
    };

    /// <summary>The request as it goes out: compressed, where it is plain and shall not be; else null, and it goes as it is.</summary>
    /// <param name="compression">What the exporter is configured to.</param>
    /// <param name="request">What to send; stays the caller's.</param>
    /// <exception cref="OperationCanceledException">The request has been released.</exception>
    public static ExportRequest? Pack(this ExporterCompression compression, ExportRequest request)
    {
        if (request.Encoding != PayloadEncoding.Identity || compression is not (ExporterCompression.Gzip or ExporterCompression.Zstd))
            return null;
        var encoding = compression == ExporterCompression.Gzip ? PayloadEncoding.Gzip : PayloadEncoding.Zstd;
        return request.Rewrite(encoding, (plain, target) => Compress(plain, encoding, target));
    }

    private static void Compress(ReadOnlyMemory<byte> plain, PayloadEncoding encoding, PooledBytes target)
    {
        if (encoding == PayloadEncoding.Zstd)
        {
            using var compressor = new Compressor(ZstdLevel);
            target.TryGrow(Compressor.GetCompressBound(plain.Length));
            target.Advance(compressor.Wrap(plain.Span, target.Free));
            return;
        }
        using var sink = new MemoryStream(plain.Length / 4 + 64);
        using (var gzip = new GZipStream(sink, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain.Span);
        target.TryGrow((int)sink.Length);
        sink.GetBuffer().AsSpan(0, (int)sink.Length).CopyTo(target.Free);
        target.Advance((int)sink.Length);
    }
}
