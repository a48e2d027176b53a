using System.Numerics;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// Two handoffs turn out to be one publication, because the span that shows it came last: a span between two nested ones, or a `create` span
/// that a `send` has linked to. The outer one is withdrawn: its context becomes an alias, and what happened to it happened to the inner one.
/// </summary>
internal sealed partial class TraceJoin
{
    /// <summary>A producing span is known now, as a handoff or as an alias: withdraws what was opened for its parent, and for a batch's `send`.</summary>
    private void WithdrawSurplus(TraceState trace, ulong resource, in SpanEventHeader header)
    {
        WithdrawOuter(trace, resource, header.ParentSpanId, header.SpanId, wraps: true);
        for (var i = trace.Sends.Count - 1; i >= 0; i--)
        {
            // Withdrawing a send takes all its links out of the list.
            if (i < trace.Sends.Count && trace.Sends[i].Created == header.SpanId)
            {
                WithdrawOuter(trace, resource, trace.Sends[i].Send, header.SpanId, wraps: false);
            }
        }
    }

    /// <summary>What a span around another states of the job counts for it; what a batch's `send` states is not of one job.</summary>
    private void WithdrawOuter(TraceState trace, ulong resource, SpanId outer, SpanId inner, bool wraps)
    {
        if (outer.IsZero || trace.FindHandoff(outer) is not (>= 0 and var from) || trace.Resolve(inner) is not (>= 0 and var to) || from == to)
        {
            return;
        }
        ref readonly var surplus = ref trace.HandoffSpan[from];
        ref readonly var kept = ref trace.HandoffSpan[to];
        var places = context.Shared.Relays[context.Shared.Relays.First(surplus.Published.Relay, kept.Published.Relay)].JobIds;
        // The inner one is of this service: only then the span is one of its producing spans.
        if (surplus.Published.Resource == resource && (!wraps || !JobIds.Differ(trace.Bytes(surplus.JobIds), trace.Bytes(kept.JobIds), places)))
        {
            Withdraw(trace, ref trace.HandoffSpan[from], ref trace.HandoffSpan[to], wraps);
            trace.RemoveForgotten();
        }
    }

    private void Withdraw(TraceState trace, ref Handoff outer, ref Handoff inner, bool wraps)
    {
        MoveReferences(trace, outer, inner.SpanId);
        TellJobIds(trace, outer, CandidateState.Gone);
        context.Open.Move(outer.Published.Relay, outer.Published.End, outer.OpenState, OpenState.Closed);
        if (outer.Published.Trial != 0)
        {
            context.Sign(outer, ChannelSign.Withdrawn, context.Now);
        }
        if (inner.Has(HandoffMarks.Announced) && outer.Has(HandoffMarks.Announced))
        {
            context.Observer?.Withdrawn(context.View(trace.TraceId, outer));
        }
        if (wraps)
        {
            inner.MessageId = inner.MessageId.Length > 0 ? inner.MessageId : outer.MessageId;
            RenameJob(trace, ref inner, trace.Bytes(outer.JobIds), context.Shared.Relays.First(inner.Published.Relay, outer.Published.Relay));
            Reassign(ref inner, outer.Published.Relay, outer.Terms);
        }
        var before = inner.OpenState;
        Combine(trace, ref inner, ref outer, ForgetRepeatedJobs(trace, inner.SpanId));
        context.Open.Move(inner.Published.Relay, inner.Published.End, before, inner.OpenState);
        trace.News.Add(inner.SpanId);
        outer.Mark(HandoffMarks.Forgotten);
    }

    /// <summary>What meant a handoff means another one from here on, and its context becomes an alias.</summary>
    private void MoveReferences(TraceState trace, in Handoff handoff, SpanId inner)
    {
        var outer = handoff.SpanId;
        foreach (ref var alias in trace.Aliases.Span)
        {
            alias.Handoff = alias.Handoff == outer ? inner : alias.Handoff;
        }
        foreach (ref var tie in trace.Ties.Span)
        {
            tie.Handoff = tie.Handoff == outer && tie.HandoffTrace.IsZero ? inner : tie.Handoff;
        }
        foreach (ref var job in trace.CountedJobs.Span)
        {
            job.Handoff = job.Handoff == outer ? inner : job.Handoff;
        }
        foreach (ref var stitch in trace.Stitches.Span)
        {
            stitch.Handoff = stitch.Handoff == outer ? inner : stitch.Handoff;
        }
        trace.RemoveSends(outer);
        AddAlias(trace, new Alias { SpanId = outer, ParentSpanId = handoff.Published.ParentSpanId, Handoff = inner });
    }

    /// <summary>A job that counted for both counts once: they are one publication.</summary>
    /// <returns>How many did.</returns>
    private static int ForgetRepeatedJobs(TraceState trace, SpanId handoff)
    {
        var counted = new HashSet<ulong>();
        return trace.CountedJobs.RemoveAll(job => job.Handoff == handoff && !counted.Add(job.Job));
    }

    private void Combine(TraceState trace, ref Handoff inner, ref Handoff outer, int repeated)
    {
        inner.Mark(outer.Published.Marks & (HandoffMarks.Armed | HandoffMarks.Announced | HandoffMarks.ContextDropped | HandoffMarks.Held | HandoffMarks.StitchOwed));
        inner.HeldUntil = Math.Max(inner.HeldUntil, outer.HeldUntil);
        if (!outer.Has(HandoffMarks.Lapsed))
        {
            inner.Unmark(HandoffMarks.Lapsed | HandoffMarks.Unknown);
        }
        CombinePickUps(ref inner, outer);
        if (outer.Has(HandoffMarks.AttemptFailed))
        {
            Fail(ref inner, outer.Failed.At);
        }
        CombineMisses(trace, ref inner, ref outer);
        var completed = CombineCompletions(ref inner, outer, repeated);
        if (completed && !inner.Has(HandoffMarks.Completed))
        {
            Finish(trace, ref inner);
        }
        else
        {
            TakeBackWhatWasMet(trace, ref inner);
        }
    }

    private static void CombinePickUps(ref Handoff inner, in Handoff outer)
    {
        if (!outer.Has(HandoffMarks.Acknowledged))
        {
            return;
        }
        if (!inner.Has(HandoffMarks.Acknowledged))
        {
            (inner.PickedUp, inner.Pulse) = (outer.PickedUp, outer.Pulse);
            inner.Mark(outer.Published.Marks & (HandoffMarks.Acknowledged | HandoffMarks.OnlyReceived | HandoffMarks.PickUpAnnounced));
            return;
        }
        var (first, attempts) = (Math.Min(inner.PickedUp.First, outer.PickedUp.First), inner.PickedUp.Attempts + outer.PickedUp.Attempts);
        if (outer.PickedUp.Latest > inner.PickedUp.Latest)
        {
            (inner.PickedUp, inner.Pulse) = (outer.PickedUp, outer.Pulse);
        }
        (inner.PickedUp.First, inner.PickedUp.Attempts) = (first, (ushort)Math.Min(attempts, ushort.MaxValue));
        inner.Unmark(outer.Has(HandoffMarks.OnlyReceived) ? HandoffMarks.None : HandoffMarks.OnlyReceived);
    }

    /// <summary>The deadline span that was told stands for both; of two, the outer one's is taken back.</summary>
    private void CombineMisses(TraceState trace, ref Handoff inner, ref Handoff outer)
    {
        if (!inner.Has(HandoffMarks.Missed))
        {
            (inner.Missed, inner.Recovered) = (outer.Missed, outer.Recovered);
            inner.Mark(outer.Published.Marks & (HandoffMarks.Missed | HandoffMarks.Retracted | HandoffMarks.RecoveryDue | HandoffMarks.RecoverySent));
        }
        else if (outer.IsMissed && !outer.Has(HandoffMarks.RecoveryDue))
        {
            // Not owed: there will be no handoff to owe it. A crash before it reaches the journal leaves the deadline span as it stands.
            var at = inner.Published.End;
            outer.Mark(HandoffMarks.Retracted | HandoffMarks.RecoveryDue);
            outer.Recovered = new Recovery { Start = at, End = at, TraceId = trace.TraceId, SpanId = inner.SpanId };
            context.Observer?.Retracted(context.View(trace.TraceId, outer));
            context.Tell.Recovered(trace, outer);
        }
    }

    /// <returns>True if nothing is missing any more.</returns>
    private static bool CombineCompletions(ref Handoff inner, in Handoff outer, int repeated)
    {
        ref var published = ref inner.Published;
        if (outer.Published.CompletedCount == 0)
        {
            return false;
        }
        // Of two that are done, and were told as done, the one that was done first; else the one that ended last says when the job was.
        var (done, outerDone) = (inner.Has(HandoffMarks.Completed), outer.Has(HandoffMarks.Completed));
        var later = outer.Completed.End > inner.Completed.End;
        if (published.CompletedCount == 0 || (done == outerDone ? done != later : outerDone))
        {
            inner.Completed = outer.Completed;
        }
        if (inner.Terms.Expectation != 0 && inner.Terms.Expectation == outer.Terms.Expectation)
        {
            inner.Terms.Completed |= outer.Terms.Completed;
            published.CompletedCount = (ushort)Math.Max(1, BitOperations.PopCount(inner.Terms.Completed));
        }
        else
        {
            published.CompletedCount = (ushort)Math.Clamp(published.CompletedCount + outer.Published.CompletedCount - repeated, 1, published.Expected);
        }
        if (outer.Has(HandoffMarks.Completed) && !inner.Has(HandoffMarks.Completed))
        {
            inner.Mark(outer.Published.Marks & (HandoffMarks.Completed | HandoffMarks.CompletedLate)); // and counted already
        }
        return published.CompletedCount >= published.Expected;
    }
}
