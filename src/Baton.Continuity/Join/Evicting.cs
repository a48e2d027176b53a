using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What a trace gives up when it holds more than `limits` allow, and what it forgets when its time is over.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>A trace that is full gives up a sixteenth of what it holds at once: making room for one would cost as much.</summary>
    private const int EvictedPart = 16;

    /// <summary>Of ties, which say which spans were seen already, a trace holds so many times what it holds of handoffs.</summary>
    private const int TiesPerHandoff = 4;

    /// <summary>A handoff's time is over: it leaves with <see cref="TraceState.RemoveForgotten"/>.</summary>
    public void Forget(TraceState trace, ref Handoff handoff)
    {
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, handoff.OpenState, OpenState.Closed);
        TellJobIds(trace, handoff, CandidateState.Gone);
        handoff.Mark(HandoffMarks.Forgotten);
    }

    /// <summary>
    /// Makes room for a handoff. Closed ones go first, the oldest of them; then the oldest open ones, each counted: an open handoff that is
    /// given up gets no deadline span, whatever becomes of it.
    /// </summary>
    private void MakeRoom(TraceState trace)
    {
        var limit = context.Options.HandoffsPerTrace;
        if (trace.Handoffs.Count < limit)
        {
            return;
        }
        var left = Math.Max(1, limit / EvictedPart);
        foreach (var closed in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (ref var handoff in trace.HandoffSpan)
            {
                if (left == 0)
                {
                    break;
                }
                if ((handoff.OpenState == OpenState.Closed) == closed && !handoff.Has(HandoffMarks.Forgotten))
                {
                    Evict(trace, ref handoff, Limit.HandoffsPerTrace);
                    left--;
                }
            }
        }
        trace.RemoveForgotten();
    }

    /// <summary>Gives up the trace's open handoffs up to one, in the order of all that are open: more are open than state holds.</summary>
    public void EvictOpen(TraceState trace, in OpenHandoff last)
    {
        foreach (ref var handoff in trace.HandoffSpan)
        {
            if (handoff.OpenState != OpenState.Closed && OpenHandoff.InOrder.Compare(new OpenHandoff(trace.TraceId, handoff), last) <= 0)
            {
                Evict(trace, ref handoff, Limit.Handoffs);
            }
        }
        trace.RemoveForgotten();
    }

    private void Evict(TraceState trace, ref Handoff handoff, Limit limit)
    {
        if (handoff.OpenState != OpenState.Closed)
        {
            Announce(trace, ref handoff);
            context.Observer?.Evicted(context.View(trace.TraceId, handoff));
            context.Observer?.LimitReached(limit);
        }
        Outcomes.Evict(context, trace, handoff);
        Forget(trace, ref handoff);
    }

    /// <summary>Of too many ties the oldest go. A span whose tie is gone would count once more if it were delivered again.</summary>
    public void LimitTies(TraceState trace)
    {
        var limit = TiesPerHandoff * context.Options.HandoffsPerTrace;
        var over = trace.Ties.Count - limit;
        if (over > 0)
        {
            trace.RemoveOldestTies(over + limit / EvictedPart);
            context.Observer?.LimitReached(Limit.Ties, over + limit / EvictedPart);
        }
    }
}
