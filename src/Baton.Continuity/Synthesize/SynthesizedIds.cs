using System.IO.Hashing;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Synthesize;

/// <summary>
/// Ids of synthesized spans: a function of the span they are about, so that a crash, a replay or a second instance
/// can only repeat a span, never add one.
/// </summary>
public static class SynthesizedIds
{
    /// <summary>The id of the span of a kind about (trace, span).</summary>
    /// <param name="kind">Which span.</param>
    /// <param name="traceId">The trace it belongs to.</param>
    /// <param name="about">The producing span, or the orphan.</param>
    /// <param name="round">Which one of its kind: 0, and one more for each deadline span that was taken back before.</param>
    /// <returns>Never zero.</returns>
    public static SpanId Of(SynthesizedKind kind, TraceId traceId, SpanId about, byte round = 0)
    {
        Span<byte> seed = stackalloc byte[7 + TraceId.Length + SpanId.Length];
        seed[^1] = round;
        "baton"u8.CopyTo(seed);
        seed[5] = (byte)kind;
        traceId.WriteTo(seed[6..]);
        about.WriteTo(seed[(6 + TraceId.Length)..]);
        var hash = XxHash3.HashToUInt64(round == 0 ? seed[..^1] : seed);
        return new SpanId(hash == 0 ? 1 : hash);
    }
}
