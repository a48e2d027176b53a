namespace Baton.Continuity.Join;

/// <summary>
/// What the observer is told at the end of an epoch. Only then is it known which relay owns a handoff, and when it was first picked up: wrappers
/// of its producing span, and spans within the consumer's, may have come meanwhile.
/// </summary>
internal sealed partial class TraceJoin
{
    /// <summary>Announces what the trace has noted as news.</summary>
    public void AnnounceNews(TraceState trace)
    {
        foreach (var producing in trace.News)
        {
            if (trace.FindHandoff(producing) is >= 0 and var place)
            {
                Announce(trace, ref trace.HandoffSpan[place]);
            }
        }
        trace.News.Clear();
    }

    private void Announce(TraceState trace, ref Handoff handoff)
    {
        if (!handoff.Has(HandoffMarks.Announced))
        {
            handoff.Mark(HandoffMarks.Announced);
            trace.Changed = true;
            context.Observer?.Opened(context.View(trace.TraceId, handoff));
        }
        if (handoff.Has(HandoffMarks.Acknowledged) && !handoff.Has(HandoffMarks.PickUpAnnounced))
        {
            handoff.Mark(HandoffMarks.PickUpAnnounced);
            trace.Changed = true;
            var wakeUp = Math.Max(0, handoff.PickedUp.First - handoff.Published.End);
            context.Observer?.Acknowledged(context.View(trace.TraceId, handoff), wakeUp / 1e9);
        }
    }
}
