namespace Baton.Continuity.Join;

/// <summary>
/// What the observer is told at the end of an epoch. Only then is it known which relay owns a handoff, and when it was first picked up: wrappers
/// of its producing span, and spans within the consumer's, may have come meanwhile.
/// </summary>
internal sealed partial class TraceJoin
{
    private readonly List<int> _announced = [];

    /// <summary>Announces what the trace has noted as news.</summary>
    public void AnnounceNews(TraceState trace)
    {
        if (trace.News.Count == 0)
        {
            return;
        }
        _announced.Clear();
        foreach (var producing in trace.News)
        {
            if (trace.FindHandoff(producing) is >= 0 and var place)
            {
                _announced.Add(place);
            }
        }
        trace.News.Clear();
        _announced.Sort();
        foreach (var place in _announced)
        {
            Announce(trace, ref trace.HandoffSpan[place]);
        }
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
