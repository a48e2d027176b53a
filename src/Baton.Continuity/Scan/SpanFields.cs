using System.Buffers;
using System.Buffers.Text;

namespace Baton.Continuity.Scan;

/// <summary>The span that is being scanned, by its places in the request. One per scanner, overwritten from span to span.</summary>
/// <param name="spanKeys">The wanted attributes of spans.</param>
/// <param name="resourceKeys">The wanted attributes of resources.</param>
/// <param name="synthesized">True where Baton's own spans are scanned.</param>
/// <param name="links">Links kept of one span.</param>
internal sealed class SpanFields(KeyIndex spanKeys, KeyIndex resourceKeys, bool synthesized, int links)
{
    private readonly byte[] _parentText = new byte[16];

    public readonly AttributeSlots Attributes = new(spanKeys);
    public readonly AttributeSlots Resource = new(resourceKeys);
    public readonly bool Synthesized = synthesized;
    public readonly SpanLinks Links = new(links);
    public int Index;
    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public ulong Start;
    public ulong End;
    public int Kind;
    public int StatusCode;
    public int NameOffset;
    public int NameLength;
    public int ScopeNameOffset;
    public int ScopeNameLength;
    public bool HasMessagingPrefix;
    public bool HasFailureEvent;

    // Where the ids stand: they are read once the span has ended, as the last occurrence of a field counts.
    public int TraceIdOffset;
    public int TraceIdLength;
    public int SpanIdOffset;
    public int SpanIdLength;
    public int ParentSpanIdOffset;
    public int ParentSpanIdLength;

    /// <summary>Start, Unix nanoseconds, within what a signed number holds.</summary>
    public long StartUnixNanos => (long)Math.Min(Start, long.MaxValue);

    /// <summary>End likewise, and not before the start.</summary>
    public long EndUnixNanos => (long)Math.Min(Math.Max(Start, End), long.MaxValue);

    /// <summary>Forgets the span; the resource and the scope stay. Places too: the next request may be shorter than they are far.</summary>
    public void Clear()
    {
        Attributes.Clear();
        Links.Clear();
        (TraceIdOffset, TraceIdLength) = (0, 0);
        (SpanIdOffset, SpanIdLength) = (0, 0);
        (ParentSpanIdOffset, ParentSpanIdLength) = (0, 0);
        Start = 0;
        End = 0;
        Kind = 0;
        StatusCode = 0;
        (NameOffset, NameLength) = (0, 0);
        HasMessagingPrefix = false;
        HasFailureEvent = false;
    }

    /// <summary>The parent's id in hexadecimal; valid until the next span.</summary>
    public ReadOnlySpan<byte> ParentText()
    {
        Utf8Formatter.TryFormat(ParentSpanId.Value, _parentText, out _, new StandardFormat('x', 16));
        return _parentText;
    }

    /// <summary>Takes an attribute, if it is a wanted one; of the others it is only remembered whether a messaging library wrote them.</summary>
    public void TakeAttribute(ReadOnlySpan<byte> key, in ScannedValue value)
    {
        // Most keys begin with neither letter, and need not be compared.
        if (key.Length > 0 && key[0] is (byte)'m' or (byte)'b')
        {
            HasMessagingPrefix |= key.StartsWith("messaging."u8) || key.StartsWith("bullmq."u8);
        }
        if (Attributes.Keys.Find(key) is var slot and >= 0)
        {
            Attributes.Offer(slot, value);
        }
    }

    /// <summary>
    /// Reads the ids. A parent of a length that is neither 0 nor 8 rejects the span, as the Collector cannot decode it either
    /// (pdata, SpanID.Unmarshal): taken for a root it would pass for a dropped context.
    /// </summary>
    public SpanRejection ReadIds(ReadOnlySpan<byte> request)
    {
        if (!Scan.TraceId.TryRead(request.Slice(TraceIdOffset, TraceIdLength), out TraceId))
        {
            return SpanRejection.TraceId;
        }
        if (!Scan.SpanId.TryRead(request.Slice(SpanIdOffset, SpanIdLength), out SpanId))
        {
            return SpanRejection.SpanId;
        }
        var hasParent = Scan.SpanId.TryRead(request.Slice(ParentSpanIdOffset, ParentSpanIdLength), out ParentSpanId);
        return hasParent || ParentSpanIdLength is 0 or Scan.SpanId.Length ? SpanRejection.None : SpanRejection.ParentSpanId;
    }
}
