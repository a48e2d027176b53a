using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>What was known of a handoff when its deadline was told: `baton.evidence`.</summary>
internal static class Evidence
{
    /// <summary>Orphans of its relay began since it was published: the job may have run without its context.</summary>
    public const string OrphansSeen = "orphans_seen";

    private const long MinPeriodNanos = 1_000_000_000;

    /// <summary>How long a job of a built-in relay may wait its turn beyond its deadline before nobody looks any more: a day.</summary>
    private const long QueuedLimitNanos = 24L * 3600 * 1_000_000_000;

    /// <summary>The evidence on a handoff whose deadline has passed.</summary>
    public static string Of(in Handoff handoff, in NextDeadline deadline, ShardContext context) =>
        handoff.LastAttemptFailed ? "attempt_failed"
        : handoff.Has(HandoffMarks.OnlyReceived) ? "received"
        : handoff.Has(HandoffMarks.Acknowledged) ? "acknowledged"
        : context.Shared.LastOrphan(handoff.Published.Relay) >= handoff.Published.Start ? OrphansSeen
        : IsOvertaken(handoff, context) ? "overtaken"
        : IsQueued(handoff, deadline, context) ? "queued"
        : "none";

    /// <summary>
    /// Whether nothing is told of a job that is due, because it may still wait its turn and nobody wrote its relay. It is looked at again.
    /// </summary>
    public static bool WaitsItsTurn(in Handoff handoff, in NextDeadline deadline, ShardContext context) =>
        context.RelayOf(handoff).BuiltIn && !handoff.Has(HandoffMarks.Acknowledged) && IsQueued(handoff, deadline, context);

    /// <summary>Whether a job has waited its turn for so long that nobody looks any more: it is forgotten without a word.</summary>
    public static bool HasWaitedLongEnough(in NextDeadline deadline, long now) => now >= deadline.FiresAt + QueuedLimitNanos;

    /// <summary>When a job that waits its turn is looked at again: whenever as much time has passed as its deadline gave it at first.</summary>
    public static long NextLook(in Handoff handoff, in NextDeadline deadline, long now)
    {
        var period = Period(handoff, deadline);
        return deadline.FiresAt + ((Math.Max(0, now - deadline.FiresAt) / period) + 1) * period;
    }

    /// <summary>A handoff that was published later in its channel was picked up: this one was lost.</summary>
    private static bool IsOvertaken(in Handoff handoff, ShardContext context) => FlowOf(handoff, context).LatestPickedUp > handoff.Published.End;

    /// <summary>The channel has made progress since it was looked at last, and nothing that was published later was picked up.</summary>
    private static bool IsQueued(in Handoff handoff, in NextDeadline deadline, ShardContext context) =>
        FlowOf(handoff, context).PickedUpAt > context.Now - Period(handoff, deadline) && !IsOvertaken(handoff, context);

    private static Flow.ChannelFlow FlowOf(in Handoff handoff, ShardContext context) =>
        context.Shared.Flows.Of(new ChannelId(handoff.Published.Relay, handoff.Published.Channel));

    private static long Period(in Handoff handoff, in NextDeadline deadline) => Math.Max(MinPeriodNanos, deadline.At - handoff.DueFrom);
}
