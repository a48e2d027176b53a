using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>Which waiting spans of a trace can follow what has become known, in order of their start. Reused from retry to retry.</summary>
internal sealed class WaitingSpans
{
    private readonly PriorityQueue<int, (long Start, ulong SpanId)> _ready = new();
    private readonly List<int> _found = [];
    private readonly List<int> _taken = [];

    /// <summary>A span has become known: who waits for it, is ready. A link can only mean a producing span.</summary>
    public void Know(TraceState trace, SpanId span, bool producing)
    {
        _found.Clear();
        trace.FindWaiting(span, _found);
        foreach (var index in _found)
        {
            ref var pending = ref trace.PendingSpan[index];
            if (pending.Has(PendingMarks.Taken) || (!producing && !pending.Target.IsZero))
            {
                continue;
            }
            pending.Marks |= PendingMarks.Taken;
            _taken.Add(index);
            ref readonly var header = ref trace.RecordOf(pending).Header;
            _ready.Enqueue(index, (header.StartUnixNanos, header.SpanId.Value));
        }
    }

    /// <summary>Takes the next that is ready. Its place holds until <see cref="RemoveTaken"/>.</summary>
    public bool TryTake(out int index) => _ready.TryDequeue(out index, out _);

    /// <summary>Those that were taken wait no more, but for those whose mark was taken off.</summary>
    public void RemoveTaken(TraceState trace)
    {
        _taken.RemoveAll(index => !trace.PendingSpan[index].Has(PendingMarks.Taken));
        trace.RemovePendings(_taken);
        _taken.Clear();
    }
}
