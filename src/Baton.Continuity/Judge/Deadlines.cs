using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>The deadline of a handoff that is told next.</summary>
/// <param name="Kind">Which.</param>
/// <param name="At">deadline_at, Unix nanoseconds.</param>
/// <param name="FiresAt">When it may be told: what is due may still be on its way.</param>
internal readonly record struct NextDeadline(DeadlineKind Kind, long At, long FiresAt);

/// <summary>When the deadlines of a handoff pass, and when that may be told.</summary>
internal static class Deadlines
{
    /// <summary>The deadline that is told next, or one of kind None: nothing is told then, and the handoff lapses.</summary>
    public static NextDeadline Of(in Handoff handoff, ContinuityOptions options, Sight sight)
    {
        ref readonly var published = ref handoff.Published;
        var lateness = Math.Max(0, published.Arrival - published.End);
        var kind = published.CloseUntold ? DeadlineKind.None : DeadlineKind.ScheduleToClose;
        var next = new NextDeadline(kind, published.CloseBy, FiresAt(published.CloseBy, published.Arrival, lateness, options));
        if (!handoff.Has(HandoffMarks.Acknowledged))
        {
            if (published.StartBy > 0)
            {
                next = Earlier(next, new(DeadlineKind.ScheduleToStart, published.StartBy, FiresAt(published.StartBy, published.Arrival, lateness, options)));
            }
        }
        else
        {
            if (published.StartToClose > 0)
            {
                var at = handoff.PickedUp.Latest + published.StartToClose;
                next = Earlier(next, new(DeadlineKind.StartToClose, at, FiresAt(at, handoff.PickedUp.LatestArrival, handoff.PickedUp.LatestLateness, options)));
            }
            // A worker that said that it failed is not silent; and where beats are not recorded any more, silence says nothing.
            if (handoff.HasHeartbeat && !handoff.LastAttemptFailed && options.RecordsBeats)
            {
                next = Earlier(next, HeartbeatOf(handoff, options));
            }
        }
        // A slice later than the spans that were held with it: one of them may yet be its orphan.
        var held = sight.HeldUntil(published.Arrival) + (handoff.JobIds.Length > 0 ? TimingWheel.SliceNanos : 0);
        return next with { FiresAt = Math.Max(next.FiresAt, Math.Max(held, handoff.HeldUntil)) };
    }

    private static NextDeadline HeartbeatOf(in Handoff handoff, ContinuityOptions options)
    {
        var last = Math.Max(handoff.Pulse.Last, handoff.PickedUp.Latest);
        var arrival = Math.Max(handoff.Pulse.Arrival, handoff.PickedUp.LatestArrival);
        var at = last + handoff.Terms.Heartbeat;
        return new(DeadlineKind.Heartbeat, at, FiresAt(at, arrival, Math.Max(0, arrival - last), options));
    }

    /// <summary>
    /// The deadline that a completion is measured by: the one that was told, else the earliest in force. A heartbeat that was not told does not
    /// count: the completion itself is a sign of life.
    /// </summary>
    public static long DeadlineAt(in Handoff handoff)
    {
        if (handoff.IsMissed)
        {
            return handoff.Missed.DeadlineAt;
        }
        ref readonly var published = ref handoff.Published;
        var closeBy = published.CloseUntold ? long.MaxValue : published.CloseBy;
        return handoff.Has(HandoffMarks.Acknowledged) && published.StartToClose > 0
            ? Math.Min(closeBy, handoff.PickedUp.Latest + published.StartToClose)
            : closeBy;
    }

    private static long FiresAt(long deadlineAt, long arrival, long lateness, ContinuityOptions options) =>
        Math.Max(deadlineAt, arrival + Math.Min(lateness, options.SenderRetryNanos)) + options.ExportLagNanos;

    private static NextDeadline Earlier(NextDeadline a, NextDeadline b) => b.FiresAt < a.FiresAt || (b.FiresAt == a.FiresAt && b.At < a.At) ? b : a;
}
