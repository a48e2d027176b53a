using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// Which waiting spans of a trace can follow what has become known, in order of their start: an index over the pendings for the length of
/// one retry, so that a long chain costs what it is long. Reused from trace to trace.
/// </summary>
internal sealed class WaitingSpans
{
    private readonly Dictionary<(SpanId Context, bool ByLink), int> _first = [];
    private readonly List<int> _next = [];
    private readonly PriorityQueue<int, (long Start, ulong SpanId)> _ready = new();

    /// <summary>Indexes the pendings by what they wait for, and finds those that wait no more.</summary>
    public void Fill(TraceState trace)
    {
        _first.Clear();
        _next.Clear();
        _ready.Clear();
        var pendings = trace.PendingSpan;
        for (var i = 0; i < pendings.Length; i++)
        {
            var byLink = !pendings[i].Target.IsZero;
            var context = byLink ? pendings[i].Target : trace.RecordOf(pendings[i]).Header.ParentSpanId;
            _next.Add(context.IsZero ? -1 : _first.GetValueOrDefault((context, byLink), -1));
            if (!context.IsZero)
            {
                _first[(context, byLink)] = i;
            }
        }
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            Know(trace, handoff.SpanId, producing: true);
        }
        foreach (ref readonly var alias in CollectionsMarshal.AsSpan(trace.Aliases))
        {
            Know(trace, alias.SpanId, producing: true);
        }
        foreach (ref readonly var tie in CollectionsMarshal.AsSpan(trace.Ties))
        {
            Know(trace, tie.Consumer, producing: false);
        }
    }

    /// <summary>A span has become known: who waits for it, is ready. A link can only mean a producing span.</summary>
    public void Know(TraceState trace, SpanId span, bool producing)
    {
        Release(trace, (span, false));
        if (producing)
        {
            Release(trace, (span, true));
        }
    }

    /// <summary>Takes the next ready pending.</summary>
    public bool TryTake(out int index) => _ready.TryDequeue(out index, out _);

    private void Release(TraceState trace, (SpanId Context, bool ByLink) key)
    {
        if (!_first.Remove(key, out var index))
        {
            return;
        }
        for (; index >= 0; index = _next[index])
        {
            ref readonly var header = ref trace.RecordOf(trace.Pendings[index]).Header;
            _ready.Enqueue(index, (header.StartUnixNanos, header.SpanId.Value));
        }
    }
}
