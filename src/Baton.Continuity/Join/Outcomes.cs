using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Join;

/// <summary>Tells the observer what became of a handoff, if it wants to know.</summary>
internal static class Outcomes
{
    /// <summary>The handoff is about to be forgotten.</summary>
    public static void Close(ShardContext context, TraceState trace, in Handoff handoff)
    {
        if (context.Observer is { WantsOutcomes: true } observer)
        {
            observer.Closed(Of(context, trace, handoff));
        }
    }

    /// <summary>The handoff is given up for want of room.</summary>
    public static void Evict(ShardContext context, TraceState trace, in Handoff handoff)
    {
        if (context.Observer is { WantsOutcomes: true } observer)
        {
            var outcome = Of(context, trace, handoff);
            observer.Closed(outcome with { Verdict = outcome.Verdict == Verdict.Open ? Verdict.Evicted : outcome.Verdict });
        }
    }

    private static HandoffOutcome Of(ShardContext context, TraceState trace, in Handoff handoff)
    {
        var shared = context.Shared;
        ref readonly var published = ref handoff.Published;
        var acknowledged = handoff.Has(HandoffMarks.Acknowledged);
        var completed = handoff.Has(HandoffMarks.Completed);
        var worker = acknowledged ? handoff.PickedUp.Resource : shared.Channels.WorkerOf(new ChannelId(published.Relay, published.Channel));
        return new HandoffOutcome(context.View(trace.TraceId, handoff), handoff.Verdict)
        {
            Match = acknowledged ? handoff.PickedUp.Match : handoff.Completed.Match,
            Told = handoff.Missed.Kind,
            DeadlineAtUnixNanos = handoff.Has(HandoffMarks.Missed) ? handoff.Missed.DeadlineAt : Deadlines.DeadlineAt(handoff),
            WakeUpNanos = acknowledged ? Math.Max(0, handoff.PickedUp.First - published.End) : -1,
            FullLinkNanos = completed ? Math.Max(0, handoff.Completed.End - published.End) : -1,
            Attempts = handoff.PickedUp.Attempts,
            Missing = completed ? [] : TraceJoin.Missing(handoff, shared),
            Destination = InternedTexts.TextOf(shared.Destinations.NameOf(published.Channel), TextKind.Destination),
            Worker = shared.ServiceOf(worker),
        };
    }
}
