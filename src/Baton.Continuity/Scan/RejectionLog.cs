namespace Baton.Continuity.Scan;

/// <summary>The parts of a request that must not be taken. One per scanner, reused.</summary>
internal sealed class RejectionLog
{
    /// <summary>The most separate parts that are cut out; a request with more is refused whole, so that it cannot make the list grow.</summary>
    public const int MaxRanges = 65_536;

    private RejectedRange[] _ranges = new RejectedRange[16];
    private int _count;
    private bool _mayExtend;
    private SpanRejection _reason;
    private int _reasonOffset;

    /// <summary>Spans rejected.</summary>
    public int Spans { get; private set; }

    /// <summary>True if there were more than <see cref="MaxRanges"/>.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What is left out, in the request's order, none within another.</summary>
    public ReadOnlySpan<RejectedRange> Ranges => _ranges.AsSpan(0, _count);

    public void Clear()
    {
        _count = 0;
        Spans = 0;
        IsFull = false;
        _mayExtend = false;
        _reason = SpanRejection.None;
    }

    /// <summary>Rejects one span.</summary>
    /// <param name="range">Its field.</param>
    /// <param name="reason">Why.</param>
    /// <param name="offset">Where the reason stands.</param>
    public void Add(RejectedRange range, SpanRejection reason, int offset) => Add(range, 1, reason, offset);

    /// <summary>Begins a resource or scope: a point to which <see cref="Replace"/> goes back, and up to which a range does not reach.</summary>
    public (int Ranges, int Spans) Mark()
    {
        _mayExtend = false;
        return (_count, Spans);
    }

    /// <summary>Rejects a whole resource or scope for a string that is not UTF-8, and with it what was rejected inside.</summary>
    public void Replace((int Ranges, int Spans) mark, RejectedRange range, int spans, int offset)
    {
        (_count, Spans) = mark;
        _mayExtend = false;
        Add(range, spans, SpanRejection.Text, offset);
        _mayExtend = false;
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
        Spans += spans;
        // Neighbours become one range: a request of nothing but bad spans needs one.
        if (_mayExtend && _ranges[_count - 1] is var last && last.Offset + last.Length == range.Offset)
        {
            _ranges[_count - 1] = last with { Length = last.Length + range.Length };
        }
        else
        {
            Append(range);
        }
    }

    private void Append(RejectedRange range)
    {
        if (_count == MaxRanges)
        {
            IsFull = true;
            return;
        }
        if (_count == _ranges.Length)
        {
            Array.Resize(ref _ranges, _count * 2);
        }
        _ranges[_count++] = range;
        _mayExtend = true;
    }
}
