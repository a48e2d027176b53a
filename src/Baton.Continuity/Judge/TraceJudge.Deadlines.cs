using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>What becomes of a handoff whose deadline has passed: it is told, or there is a reason to say nothing.</summary>
internal sealed partial class TraceJudge
{
    private void TellDeadlines(TraceState trace)
    {
        var looked = false;
        for (var i = 0; i < trace.Handoffs.Count; i++)
        {
            if (!IsDue(trace, trace.Handoffs[i]))
            {
                continue;
            }
            if (!looked && trace.Pendings.Count > 0)
            {
                JudgePendings(trace, everything: true);
                looked = true;
                if (!IsDue(trace, trace.Handoffs[i]))
                {
                    continue;
                }
            }
            ref var handoff = ref trace.HandoffSpan[i];
            if (!IsArmed(handoff) || OnlyFetched(handoff) || !IsInForce(handoff))
            {
                Lapse(trace, ref handoff);
            }
            else if (IsUnknown(handoff))
            {
                GiveUp(trace, ref handoff);
            }
            else if (Deadlines.Of(handoff, Options, context.Shared.Sight) is var deadline && Evidence.WaitsItsTurn(handoff, deadline, context))
            {
                if (Evidence.HasWaitedLongEnough(deadline, context.Now))
                {
                    Lapse(trace, ref handoff);
                }
            }
            else if (!context.CanTell)
            {
                context.Held.Add(trace.TraceId);
            }
            else if (context.BeginDeciding(trace.TraceId, handoff))
            {
                Tell(trace, handoff);
            }
        }
    }

    /// <summary>
    /// Whether nothing can come of the next wake-up but that the deadline of its only handoff is told, as long as no message reaches the trace,
    /// Baton sees, and relays stay as they are.
    /// </summary>
    public bool OnlyTells(TraceState trace)
    {
        if (trace.Handoffs.Count != 1 || trace.Pendings.Count + trace.Heard.Count > 0)
        {
            return false;
        }
        ref readonly var handoff = ref trace.HandoffSpan[0];
        return handoff.AwaitsDeadline && IsArmed(handoff) && !context.RelayOf(handoff).BuiltIn
            && !handoff.Published.CloseUntold && handoff.Published.Arrival - handoff.Published.End <= Options.SenderRetryNanos
            && !trace.Ties.Exists(static tie => tie.Until != 0);
    }

    /// <summary>Whether a deadline of the trace has passed that was not told.</summary>
    public bool HasDue(TraceState trace)
    {
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            if (IsDue(trace, handoff))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsDue(TraceState trace, in Handoff handoff) =>
        handoff.AwaitsDeadline && !context.IsDeciding(trace.TraceId, handoff.SpanId) && !context.Shared.Sight.IsBlind
        && Deadlines.Of(handoff, Options, context.Shared.Sight).FiresAt <= context.Now;

    private bool IsArmed(in Handoff handoff) =>
        handoff.Has(HandoffMarks.Armed)
        && (context.RelayOf(handoff).Arming != RelayArming.AfterCompletion || context.Shared.HasCompleted(handoff.Published.Relay));

    /// <summary>Whether there is a deadline to be told, and not only a time to forget.</summary>
    private bool IsInForce(in Handoff handoff) => Deadlines.Of(handoff, Options, context.Shared.Sight).Kind != DeadlineKind.None;

    /// <summary>A library that fetches, and works elsewhere, says nothing of the work: no miss in a relay that nobody wrote.</summary>
    private bool OnlyFetched(in Handoff handoff) =>
        handoff.Has(HandoffMarks.Acknowledged | HandoffMarks.OnlyReceived) && context.RelayOf(handoff).BuiltIn;

    /// <summary>
    /// Whether what would have met the deadline may have been given up by its sender: Baton was blind for that long since the last sign of
    /// the handoff, or the publication itself came so late that nothing after it need come.
    /// </summary>
    private bool IsUnknown(in Handoff handoff)
    {
        ref readonly var published = ref handoff.Published;
        var lastSign = Math.Max(published.Arrival, Math.Max(handoff.PickedUp.LatestArrival, handoff.Pulse.Arrival));
        return context.Shared.Sight.HasMissedSigns(lastSign) || published.Arrival - published.End > Options.SenderRetryNanos;
    }

    private void GiveUp(TraceState trace, ref Handoff handoff)
    {
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, handoff.OpenState, OpenState.Closed);
        handoff.Mark(HandoffMarks.Lapsed | HandoffMarks.Unknown);
        join.TellJobIds(trace, handoff, CandidateState.Closed);
        trace.Changed = true;
        context.Observer?.Unknown(context.View(trace.TraceId, handoff));
    }

    private void Lapse(TraceState trace, ref Handoff handoff)
    {
        var before = handoff.OpenState;
        handoff.Mark(HandoffMarks.Lapsed);
        trace.Changed = true;
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, before, OpenState.Closed);
        join.TellJobIds(trace, handoff, CandidateState.Closed);
        if (OnlyFetched(handoff))
        {
            context.Observer?.Received(context.View(trace.TraceId, handoff));
        }
        if (!handoff.Has(HandoffMarks.Acknowledged))
        {
            context.Sign(handoff, ChannelSign.Unacknowledged, context.Now);
        }
    }

    private void Tell(TraceState trace, in Handoff handoff)
    {
        var deadline = Deadlines.Of(handoff, Options, context.Shared.Sight);
        var verdict = handoff.LastAttemptFailed ? Verdict.Failed
            : handoff.Has(HandoffMarks.Acknowledged) || !context.RelayOf(handoff).AcknowledgeGiven ? Verdict.MissingCompletion
            : Verdict.SilentSleep;
        context.Observer?.Missed(context.View(trace.TraceId, handoff), verdict, deadline.Kind);
        context.Tell.Deadline(trace, handoff, deadline, verdict);
        if (!handoff.Has(HandoffMarks.Acknowledged))
        {
            context.Sign(handoff, ChannelSign.Unacknowledged, context.Now);
        }
    }
}
