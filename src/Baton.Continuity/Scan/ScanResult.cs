namespace Baton.Continuity.Scan;

/// <summary>What became of a request.</summary>
/// <param name="Fault">Why it cannot be decoded; null if it can. Then nothing of it is taken, and no event was written.</param>
/// <param name="SpanCount">Its spans, the rejected ones included.</param>
/// <param name="RejectedSpans">Spans that must not be taken: <see cref="SpanScanner.Rejected"/> has their place.</param>
/// <param name="Rejection">Why the first of them was rejected, and where; null if none was.</param>
public readonly record struct ScanResult(ScanFault? Fault, int SpanCount, int RejectedSpans, string? Rejection)
{
    /// <summary>True if the request can be decoded; some of its spans may have been rejected.</summary>
    public bool IsOk => Fault is null;

    /// <summary>True if parts must be cut out; these need not hold a span, such as a resource whose name is not UTF-8.</summary>
    public bool NeedsCut => Rejection is not null;
}

/// <summary>A part of a request that is left out: one field or several in a row, with their tags and lengths.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
public readonly record struct RejectedRange(int Offset, int Length);

/// <summary>Why a span is rejected.</summary>
internal enum SpanRejection : byte
{
    None,
    TraceId,
    SpanId,
    ParentSpanId,
    Text,
}
