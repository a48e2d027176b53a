using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What names nothing that is known yet, waits; and follows when it becomes known.</summary>
internal sealed partial class TraceJoin
{
    private readonly WaitingSpans _waiting = new();
    private bool _retrying;

    /// <summary>An orphan is a known span that belongs to no handoff: what is below it is not judged again.</summary>
    public void MarkOrphan(TraceState trace, in Pending pending, long until)
    {
        trace.Ties.Add(new Tie { Consumer = pending.SpanId, Resource = pending.Resource, Relay = pending.Relay, Until = until });
        trace.Changed = true;
        Retry(trace);
    }

    private void Pend(TraceState trace, in Message message, in SpanEvent span, SpanId target)
    {
        if (trace.Pendings.Count >= context.Options.HandoffsPerTrace)
        {
            return;
        }
        var kept = target.IsZero ? trace.Keep(span.Record) : KeepForLink(trace, span, target);
        trace.Pendings.Add(new Pending
        {
            SpanId = span.Header.SpanId,
            Target = target,
            Arrival = message.Arrival,
            Resource = message.Resource,
            Channel = message.Channel,
            Offset = kept.Offset,
            Length = kept.Length,
        });
        trace.Changed = true;
    }

    /// <summary>Each of a span's links waits in the trace that it names: its record is kept there without the others, but for equal ones, which count.</summary>
    private static ByteRange KeepForLink(TraceState trace, in SpanEvent span, SpanId target)
    {
        var header = span.Header;
        var roles = MemoryMarshal.AsBytes(span.Roles);
        var texts = span.TextBytes;
        var link = new LinkTarget(trace.TraceId, target);
        var equal = span.Links.Count(link);
        header.LinkCount = (ushort)equal;
        header.Header.Length = (uint)(Unsafe.SizeOf<SpanEventHeader>() + roles.Length + equal * Unsafe.SizeOf<LinkTarget>() + texts.Length);
        var kept = trace.Keep(MemoryMarshal.AsBytes([header]));
        trace.Keep(roles);
        for (; equal > 0; equal--)
        {
            trace.Keep(MemoryMarshal.AsBytes([link]));
        }
        trace.Keep(texts);
        return kept with { Length = (int)header.Header.Length };
    }

    /// <summary>Something was tied or opened: what waited for it follows, in order of start, until nothing moves any more.</summary>
    private void Retry(TraceState trace)
    {
        // What follows from a retry is found by the loop that is already running: no recursion, however long the chain.
        if (_retrying || trace.Pendings.Count == 0)
        {
            return;
        }
        _retrying = true;
        _waiting.Fill(trace);
        while (_waiting.TryTake(out var index))
        {
            ref var taken = ref trace.PendingSpan[index];
            taken.Marks |= PendingMarks.Taken;
            var pending = taken;
            var span = trace.RecordOf(pending);
            if (pending.Target.IsZero)
            {
                if (!FollowParent(trace, span, pending.Resource, pending.Arrival))
                {
                    ref var waiting = ref trace.PendingSpan[index];
                    waiting.Marks = (waiting.Marks & ~PendingMarks.Taken) | PendingMarks.Judged | PendingMarks.Settled;
                    trace.Changed = true;
                }
            }
            else
            {
                Consume(trace, trace.Resolve(pending.Target), span, Match.Link, pending.Resource, pending.Arrival);
            }
            _waiting.Know(trace, pending.SpanId, producing: false);
        }
        if (trace.Pendings.RemoveAll(static pending => pending.Has(PendingMarks.Taken)) > 0)
        {
            trace.Changed = true;
        }
        _retrying = false;
    }
}
