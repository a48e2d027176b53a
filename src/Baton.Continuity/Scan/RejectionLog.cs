namespace Baton.Continuity.Scan;

/// <summary>The parts of a request that must not be taken. One per scanner, reused.</summary>
internal sealed class RejectionLog
{
    private RejectedRange[] _ranges = new RejectedRange[16];
    private int _count;
    private SpanRejection _reason;
    private int _reasonOffset;

    /// <summary>Spans rejected.</summary>
    public int Spans { get; private set; }

    /// <summary>What is left out, in the request's order, none within another.</summary>
    public ReadOnlySpan<RejectedRange> Ranges => _ranges.AsSpan(0, _count);

    public void Clear()
    {
        _count = 0;
        Spans = 0;
        _reason = SpanRejection.None;
    }

    /// <summary>Rejects one span.</summary>
    /// <param name="range">Its field.</param>
    /// <param name="reason">Why.</param>
    /// <param name="offset">Where the reason stands.</param>
    public void Add(RejectedRange range, SpanRejection reason, int offset) => Add(range, 1, reason, offset);

    /// <summary>A point to which <see cref="Replace"/> goes back.</summary>
    public (int Ranges, int Spans) Mark() => (_count, Spans);

    /// <summary>Rejects a whole resource or scope for a string that is not UTF-8, and with it what was rejected inside.</summary>
    public void Replace((int Ranges, int Spans) mark, RejectedRange range, int spans, int offset)
    {
        (_count, Spans) = mark;
        Add(range, spans, SpanRejection.Text, offset);
    }

    /// <summary>How many and why, for `partial_success.error_message`; null if nothing was rejected.</summary>
    public string? Describe() => _count == 0 ? null : $"{Spans} {(Spans == 1 ? "span" : "spans")} rejected: {_reason switch
    {
        SpanRejection.TraceId => "trace_id must have 16 bytes, not all zero",
        SpanRejection.SpanId => "span_id must have 8 bytes, not all zero",
        SpanRejection.ParentSpanId => "parent_span_id must be empty or have 8 bytes",
        _ => "a string is not UTF-8",
    }} (first at byte {_reasonOffset})";

    private void Add(RejectedRange range, int spans, SpanRejection reason, int offset)
    {
        if (_reason == SpanRejection.None)
        {
            _reason = reason;
            _reasonOffset = offset;
        }
        if (_count == _ranges.Length)
        {
            Array.Resize(ref _ranges, _count * 2);
        }
        _ranges[_count++] = range;
        Spans += spans;
    }
}
