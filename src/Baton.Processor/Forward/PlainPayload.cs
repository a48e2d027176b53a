using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Processor.Receive;

namespace Baton.Processor.Forward;

/// <summary>A payload that is not as it was received: decompressed for a destination that wants it plain, or a part of one; in pooled memory until it is disposed.</summary>
internal sealed class PlainPayload : IDisposable
{
    // What was received was within the receiver's limits; here only the journal's own bounds it.
    private readonly PooledBytes _bytes = new(new Admission(long.MaxValue));

    private PlainPayload()
    {
    }

    /// <summary>The plain bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.Written;

    /// <summary>Decompresses; null when the bytes are not in that encoding.</summary>
    public static PlainPayload? TryRead(ReadOnlyMemory<byte> compressed, PayloadEncoding encoding)
    {
        var plain = new PlainPayload();
        var end = ContentCoding.Decompress(encoding, compressed, plain._bytes, Journal.Journal.MaxEntryBytes);
        if (end == DecompressionEnd.Complete) return plain;
        plain.Dispose();
        return null;
    }

    /// <summary>Copies a payload without some of its parts.</summary>
    public static PlainPayload Cut(ReadOnlySpan<byte> payload, ReadOnlySpan<RejectedRange> lost)
    {
        var plain = new PlainPayload();
        plain._bytes.TryGrow(payload.Length);
        plain._bytes.Advance(RequestCutter.Cut(payload, lost, plain._bytes.Free));
        return plain;
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Release();
}
