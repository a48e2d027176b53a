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
        Retry(trace, pending.SpanId, producing: false);
    }

    private void Pend(TraceState trace, in Message message, in SpanEvent span, SpanId target)
    {
        if (trace.Pendings.Count >= context.Options.HandoffsPerTrace)
        {
            context.Observer?.LimitReached(Limit.WaitingSpans);
            return;
        }
        var kept = KeepFor(trace, span, target);
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

    /// <summary>
    /// Each of a span's links waits in the trace that it names: its record is kept there without the others, but for equal ones, which count. (A span
    /// that waits for its parent has none.)
    /// </summary>
    private static ByteRange KeepFor(TraceState trace, in SpanEvent span, SpanId target)
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

    /// <summary>
    /// A span has become known, because it was tied or has published: what waited for it follows, in order of start, and what waited for that,
    /// until nothing moves any more.
    /// </summary>
    private void Retry(TraceState trace, SpanId known, bool producing)
    {
        // What follows from a retry is found by the loop that is already running: no recursion, however long the chain.
        if (_retrying || trace.Pendings.Count == 0)
        {
            return;
        }
        _retrying = true;
        _waiting.Know(trace, known, producing);
        while (_waiting.TryTake(out var index))
        {
            var pending = trace.Pendings[index];
            var span = trace.RecordOf(pending);
            if (!(pending.Target.IsZero ? FollowParent(trace, span, pending.Resource, pending.Arrival) : FollowTarget(trace, pending, span)))
            {
                ref var waiting = ref trace.PendingSpan[index];
                waiting.Marks &= ~PendingMarks.Taken;
                if (waiting.Target.IsZero)
                {
                    // Its parent is known now, and what that belongs to is not this span's: nothing is left to wait for.
                    waiting.Marks |= PendingMarks.Judged | PendingMarks.Settled;
                    trace.Changed = true;
                }
            }
            _waiting.Know(trace, pending.SpanId, producing: false);
        }
        _waiting.RemoveTaken(trace);
        _retrying = false;
    }

    private bool FollowTarget(TraceState trace, in Pending pending, in SpanEvent span)
    {
        if (trace.Resolve(pending.Target) is not (>= 0 and var handoff))
        {
            return false;
        }
        Consume(trace, handoff, span, Match.Link, pending.Resource, pending.Arrival);
        return true;
    }
}
