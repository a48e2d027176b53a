using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What a completion means for its handoff, and for a deadline span that was told before it came.</summary>
internal sealed partial class TraceJoin
{
    private void Complete(TraceState trace, ref Handoff handoff, in SpanEvent span, Match match, bool nested, long arrival)
    {
        if (handoff.Has(HandoffMarks.Completed) || !CountCompletion(trace, ref handoff, span, match, nested, arrival))
        {
            return;
        }
        Finish(trace, ref handoff);
    }

    /// <summary>Nothing of a handoff is missing any more.</summary>
    private void Finish(TraceState trace, ref Handoff handoff)
    {
        var end = handoff.Completed.End;
        var late = end > Deadlines.DeadlineAt(handoff);
        handoff.Mark(HandoffMarks.Completed | (late ? HandoffMarks.CompletedLate : HandoffMarks.None));
        context.Completed.Add(handoff.Published.Relay);
        Learn(handoff);
        TellJobIds(trace, handoff, CandidateState.Closed);
        context.Observer?.Completed(context.View(trace.TraceId, handoff), late, Math.Max(0, end - handoff.Published.End) / 1e9);
        if (handoff.Has(HandoffMarks.Missed))
        {
            Recover(trace, ref handoff);
        }
    }

    /// <summary>A deadline span stands in the journal, and the completion is here: one follows the other, or takes it back.</summary>
    private void Recover(TraceState trace, ref Handoff handoff)
    {
        ref readonly var completed = ref handoff.Completed;
        if (completed.End <= handoff.Missed.DeadlineAt)
        {
            Retract(trace, ref handoff, completed.End, completed.TraceId, completed.SpanId);
        }
        else
        {
            Owe(trace, ref handoff, handoff.Missed.DeadlineAt, completed.End, completed.TraceId, completed.SpanId);
        }
    }

    private void Retract(TraceState trace, ref Handoff handoff, long at, TraceId traceId, SpanId spanId)
    {
        if (handoff.HasAny(HandoffMarks.Retracted | HandoffMarks.RecoveryDue))
        {
            return;
        }
        handoff.Mark(HandoffMarks.Retracted);
        context.Observer?.Retracted(context.View(trace.TraceId, handoff));
        Owe(trace, ref handoff, at, at, traceId, spanId);
    }

    private void Owe(TraceState trace, ref Handoff handoff, long start, long end, TraceId traceId, SpanId spanId)
    {
        if (handoff.Has(HandoffMarks.RecoveryDue))
        {
            return;
        }
        handoff.Mark(HandoffMarks.RecoveryDue);
        handoff.Recovered = new Recovery { Start = start, End = end, TraceId = traceId, SpanId = spanId };
        context.Owing.Add(trace.TraceId);
        context.Tell.Recovered(trace, handoff);
    }
}
