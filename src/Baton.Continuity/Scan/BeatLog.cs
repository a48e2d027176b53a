namespace Baton.Continuity.Scan;

/// <summary>
/// Writes signs of life: one record for spans of one trace that follow each other in the request, as exporters send them. One per scanner.
/// </summary>
internal sealed class BeatLog
{
    private int _record = -1;

    /// <summary>What was written may be dropped with its scope: later spans begin a record of their own.</summary>
    public void Break() => _record = -1;

    /// <summary>Notes a span.</summary>
    public void Add(SpanFields span, EventWriter events, ushort resource)
    {
        var end = span.EndUnixNanos;
        if (_record >= 0 && TryJoin(ref events.HeaderAt<BeatEvent>(_record), span, end))
        {
            return;
        }
        _record = events.Begin(new BeatEvent
        {
            Header = new() { Kind = EventKind.Beat },
            TraceId = span.TraceId,
            SpanId = span.SpanId,
            FirstEndUnixNanos = end,
            LastEndUnixNanos = end,
            SpanIndex = span.Index,
            ResourceIndex = resource,
        });
        events.End();
    }

    private static bool TryJoin(ref BeatEvent beat, SpanFields span, long end)
    {
        if (beat.TraceId != span.TraceId || end < beat.FirstEndUnixNanos - BeatEvent.TogetherNanos || end - BeatEvent.TogetherNanos > beat.LastEndUnixNanos)
        {
            return false;
        }
        if (end < beat.FirstEndUnixNanos)
        {
            (beat.FirstEndUnixNanos, beat.SpanId) = (end, span.SpanId);
        }
        beat.LastEndUnixNanos = Math.Max(beat.LastEndUnixNanos, end);
        return true;
    }
}
