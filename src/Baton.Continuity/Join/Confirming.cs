using System.Runtime.InteropServices;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Join;

/// <summary>A verdict of Baton's own was read back from the journal: only now it changes the state.</summary>
internal sealed partial class TraceJoin
{
    private void Confirm(TraceState trace, in Message message)
    {
        var verdict = MemoryMarshal.Read<VerdictEventHeader>(message.Record);
        if (verdict.Synthesized == SynthesizedKind.Deadline)
        {
            context.EndDeciding(trace.TraceId, verdict.SpanId);
        }
        if (verdict.Synthesized == SynthesizedKind.Orphan)
        {
            ConfirmOrphan(trace, verdict.SpanId);
        }
        else if (verdict.Synthesized == SynthesizedKind.Stitch)
        {
            ConfirmStitch(trace, verdict.SpanId);
        }
        else if (trace.Resolve(verdict.SpanId) is >= 0 and var index)
        {
            ref var handoff = ref trace.HandoffSpan[index];
            if (verdict.Synthesized == SynthesizedKind.Deadline)
            {
                ConfirmMiss(trace, ref handoff, verdict, message.Arrival);
            }
            else if (handoff.Has(HandoffMarks.RecoveryDue) && verdict.DeadlineAt == handoff.Missed.DeadlineAt)
            {
                handoff.Mark(HandoffMarks.RecoverySent);
                trace.Changed = true;
            }
        }
        if (!Owes(trace))
        {
            context.Owing.Remove(trace.TraceId);
        }
    }

    private void ConfirmMiss(TraceState trace, ref Handoff handoff, in VerdictEventHeader verdict, long arrival)
    {
        var repeated = handoff.Has(HandoffMarks.Missed) && (handoff.Missed.DeadlineAt, handoff.Missed.Kind) == (verdict.DeadlineAt, verdict.Deadline);
        if (repeated || (handoff.Has(HandoffMarks.Missed) && !handoff.CanMissAgain))
        {
            return;
        }
        var before = handoff.OpenState;
        handoff.Missed = new Miss
        {
            DeadlineAt = verdict.DeadlineAt,
            ToldAt = arrival,
            Kind = verdict.Deadline,
            Verdict = verdict.Verdict,
            Round = handoff.NextRound,
        };
        handoff.Unmark(HandoffMarks.Retracted | HandoffMarks.RecoveryDue | HandoffMarks.RecoverySent);
        handoff.Mark(HandoffMarks.Missed);
        trace.Changed = true;
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, before, handoff.OpenState);
        TakeBackWhatWasMet(trace, ref handoff); // what came between the decision and its journal entry did not know of it
    }

    /// <summary>A handoff that is told as missed may have done what was missed by then.</summary>
    private void TakeBackWhatWasMet(TraceState trace, ref Handoff handoff)
    {
        if (!handoff.IsMissed)
        {
            return;
        }
        if (handoff.Has(HandoffMarks.Completed))
        {
            Recover(trace, ref handoff);
        }
        else if (handoff.Has(HandoffMarks.Acknowledged) && handoff.Missed.Kind == Judge.DeadlineKind.ScheduleToStart
            && handoff.PickedUp.First <= handoff.Missed.DeadlineAt)
        {
            Retract(trace, ref handoff, handoff.PickedUp.First, handoff.PickedUp.TraceId, handoff.PickedUp.SpanId);
        }
        else if (handoff.HasHeartbeat)
        {
            TakeBackSilence(trace, ref handoff);
        }
    }

    private static void ConfirmOrphan(TraceState trace, SpanId orphan)
    {
        var index = trace.FindPending(orphan, default);
        if (index >= 0)
        {
            trace.PendingSpan[index].Marks |= PendingMarks.OrphanSent;
            trace.Changed = true;
        }
    }

    /// <summary>Whether a span of this trace was owed and has not been read back.</summary>
    public static bool Owes(TraceState trace)
    {
        if (trace.Stitches.Count > 0)
        {
            return true;
        }
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            if (handoff.Has(HandoffMarks.RecoveryDue) && !handoff.Has(HandoffMarks.RecoverySent))
            {
                return true;
            }
        }
        foreach (ref readonly var pending in trace.PendingSpan)
        {
            if (pending.Has(PendingMarks.OrphanDue) && !pending.Has(PendingMarks.OrphanSent))
            {
                return true;
            }
        }
        return false;
    }
}
