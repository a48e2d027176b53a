using System.Collections.Concurrent;
using System.IO.Compression;
using System.IO.Hashing;
using Baton.Load.Wire;

namespace Baton.Load.Sink;

/// <summary>
/// Counts the spans of gzipped bodies. The generator repeats a pool of bodies, so each is unpacked once and then known by its hash:
/// unpacking every one would cost the sink more than a pass-through hop spends on it, and starve what is measured.
/// </summary>
internal sealed class CompressedBodies
{
    /// <summary>A hop that packs anew sends ever new bodies; forgetting all of them now and then bounds the memory.</summary>
    private const int Remembered = 1 << 16;

    private readonly ConcurrentDictionary<ulong, int> _spans = new();

    /// <summary>Spans in the body, or -1 where it cannot be unpacked or walked.</summary>
    public int Count(ReadOnlyMemory<byte> body)
    {
        ulong hash = XxHash3.HashToUInt64(body.Span);
        if (_spans.TryGetValue(hash, out int known)) return known;
        int spans = Unpack(body);
        if (_spans.Count >= Remembered) _spans.Clear();
        _spans[hash] = spans;
        return spans;
    }

    private static int Unpack(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var packed = new MemoryStream(body.ToArray());
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            using var plain = new MemoryStream(body.Length * 8);
            gzip.CopyTo(plain);
            return OtlpCounts.Spans(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        }
        catch (InvalidDataException)
        {
            return -1;
        }
    }
}
