using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// What time does to a trace. A wake-up only asks; everything is decided from the state:
/// what has waited for export_lag is judged by what is known, deadlines that have passed are told, what is over is forgotten.
/// </summary>
internal sealed class TraceJudge(ShardContext context, TraceJoin join)
{
    private readonly List<int> _over = [];

    private ContinuityOptions Options => context.Options;

    /// <summary>Decides what is due at <see cref="ShardContext.Now"/>.</summary>
    public void Wake(TraceState trace)
    {
        join.BeginMatching();
        JudgePendings(trace, everything: false);
        TellDeadlines(trace);
        ForgetWhatIsOver(trace);
    }

    /// <summary>When the trace must be looked at next, Unix nanoseconds; long.MaxValue for never.</summary>
    public long NextWake(TraceState trace)
    {
        var next = long.MaxValue;
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            next = Math.Min(next, NextOf(trace, handoff));
        }
        foreach (ref readonly var pending in trace.PendingSpan)
        {
            next = Math.Min(next, pending.Has(PendingMarks.Judged) ? ForgetAt(pending) : LookAt(JudgeAt(pending)));
        }
        foreach (ref readonly var heard in CollectionsMarshal.AsSpan(trace.Heard))
        {
            next = Math.Min(next, heard.Arrival + Options.ExportLagNanos);
        }
        foreach (var tie in trace.Ties)
        {
            next = tie.Until > 0 ? Math.Min(next, tie.Until) : next;
        }
        return next;
    }

    private long NextOf(TraceState trace, in Handoff handoff)
    {
        if (!handoff.AwaitsDeadline)
        {
            return ForgetAt(handoff);
        }
        if (context.IsDeciding(trace.TraceId, handoff.SpanId))
        {
            return long.MaxValue;
        }
        var deadline = Deadlines.Of(handoff, Options, context.Shared.Sight);
        var firesAt = deadline.FiresAt;
        if (firesAt <= context.Now && IsArmed(handoff) && Evidence.WaitsItsTurn(handoff, deadline, context))
        {
            return Evidence.NextLook(handoff, deadline, context.Now);
        }
        return firesAt <= context.Now && context.Held.Contains(trace.TraceId) ? long.MaxValue : LookAt(firesAt);
    }

    /// <summary>What is due while Baton is blind, is looked at from time to time.</summary>
    private long LookAt(long due) =>
        context.Shared.Sight.IsBlind && due <= context.Now ? context.Now + context.Shared.Sight.LookAgainNanos : due;

    private long JudgeAt(in Pending pending) => context.JudgeAt(pending.Arrival);

    // What is owed stays until it has been read back: a replay may come to its judgement when it would be time to forget it.
    private long ForgetAt(in Pending pending) =>
        pending.Has(PendingMarks.OrphanDue) && !pending.Has(PendingMarks.OrphanSent) ? long.MaxValue
        : Math.Max(pending.Arrival + Math.Max(Options.RememberNanos, Options.ExportLagNanos), context.Shared.Sight.HeldUntil(pending.Arrival));

    private long ForgetAt(in Handoff handoff) =>
        (handoff.Has(HandoffMarks.RecoveryDue) && !handoff.Has(HandoffMarks.RecoverySent)) || handoff.Has(HandoffMarks.StitchOwed) ? long.MaxValue
        : handoff.Has(HandoffMarks.Completed) ? handoff.Completed.Arrival + Options.RememberNanos
        : handoff.Has(HandoffMarks.Missed) ? handoff.Missed.ToldAt + Options.LateWindowNanos
        : Math.Max(handoff.Published.CloseBy + Options.ExportLagNanos, Deadlines.Of(handoff, Options, context.Shared.Sight).FiresAt) + Options.RememberNanos;

    /// <summary>
    /// Judges what has waited long enough. Before a deadline of the trace is told, everything is looked at once more, also what was judged
    /// before its producing span came.
    /// </summary>
    private void JudgePendings(TraceState trace, bool everything)
    {
        var orphans = new OrphanJudge(context, join);
        for (var i = 0; i < trace.Pendings.Count; i++)
        {
            var pending = trace.Pendings[i];
            if (pending.Has(PendingMarks.Settled) || (pending.Has(PendingMarks.Judged) && !everything))
            {
                continue;
            }
            var due = !pending.Has(PendingMarks.Judged) && JudgeAt(pending) <= context.Now && !context.Shared.Sight.IsBlind;
            if ((due || everything) && join.TryTrace(trace, i))
            {
                i = -1; // tying one may have tied others: the list has changed
            }
            else if (due)
            {
                orphans.Judge(trace, i);
            }
        }
    }

    private void TellDeadlines(TraceState trace)
    {
        var looked = false;
        for (var i = 0; i < trace.Handoffs.Count; i++)
        {
            if (!IsDue(trace, trace.Handoffs[i]))
            {
                continue;
            }
            if (!looked)
            {
                JudgePendings(trace, everything: true);
                looked = true;
            }
            ref var handoff = ref trace.HandoffSpan[i];
            if (!IsDue(trace, handoff))
            {
                continue;
            }
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
            else if (!context.MayTell)
            {
                context.Held.Add(trace.TraceId);
            }
            else if (context.BeginDeciding(trace.TraceId, handoff))
            {
                Tell(trace, handoff);
            }
        }
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
        var lastSign = handoff.Has(HandoffMarks.Acknowledged) ? Math.Max(published.Arrival, Math.Max(handoff.PickedUp.LatestArrival, handoff.Pulse.Arrival)) : published.Arrival;
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

    private void ForgetWhatIsOver(TraceState trace)
    {
        var over = false;
        foreach (ref var handoff in trace.HandoffSpan)
        {
            if (!handoff.AwaitsDeadline && ForgetAt(handoff) <= context.Now)
            {
                Outcomes.Close(context, trace, handoff);
                join.Forget(trace, ref handoff);
                over = true;
            }
        }
        if (over)
        {
            trace.RemoveForgotten();
        }
        for (var i = trace.Heard.Count - 1; i >= 0; i--)
        {
            if (trace.Heard[i].Arrival + Options.ExportLagNanos <= context.Now)
            {
                trace.Heard.RemoveAt(i);
                trace.Changed = true;
            }
        }
        _over.Clear();
        for (var i = 0; i < trace.Pendings.Count; i++)
        {
            ref readonly var pending = ref trace.PendingSpan[i];
            if (pending.Has(PendingMarks.Judged) && ForgetAt(pending) <= context.Now)
            {
                _over.Add(i);
            }
        }
        if (_over.Count > 0)
        {
            trace.RemovePendings(_over);
        }
        trace.RemoveTies(context.Now);
    }
}
