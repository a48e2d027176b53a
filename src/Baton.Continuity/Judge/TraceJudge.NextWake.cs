using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>When a trace must be looked at next, and its parts be forgotten.</summary>
internal sealed partial class TraceJudge
{
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
        foreach (ref readonly var heard in trace.Heard.Span)
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
        return firesAt <= context.Now && context.Held.HasLookedAt(trace.TraceId) ? long.MaxValue : LookAt(firesAt);
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
}
