using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Join;

/// <summary>The match by trace: what a span names was not seen, and its trace holds just one open handoff that it can mean.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>
    /// How often, when a trace wakes, one of its waiting spans is held against one of its handoffs: a few milliseconds' work. A trace with
    /// thousands of both must not keep all others waiting; what is left over is judged as if no handoff were meant.
    /// </summary>
    private const int ComparisonsPerWake = 1 << 18;

    private readonly List<int> _foreign = [];
    private int _comparisons;
    private int _tiesSeen;

    /// <summary>A trace has woken: its waiting spans may be tied by trace. Until it has been judged, ties are only appended.</summary>
    public void BeginMatching()
    {
        _comparisons = ComparisonsPerWake;
        _foreign.Clear();
        _tiesSeen = 0;
    }

    /// <summary>Ties a waiting span by its trace, if there is just one handoff that it can mean.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="index">The waiting span.</param>
    /// <returns>True if it was tied, and waits no more.</returns>
    public bool TryTrace(TraceState trace, int index)
    {
        var pending = trace.Pendings[index];
        var span = trace.RecordOf(pending);
        if (pending.Target.IsZero && span.Header.ParentSpanId.IsZero)
        {
            return false; // a root names nothing
        }
        var found = -1;
        for (var i = 0; i < trace.Handoffs.Count; i++)
        {
            if (_comparisons-- <= 0)
            {
                context.Observer?.LimitReached(Limit.Comparisons);
                return false;
            }
            if (!CanMean(trace.HandoffSpan[i], span, pending))
            {
                continue;
            }
            if (found >= 0)
            {
                CountAmbiguous(trace, index, trace.Handoffs[i].Published.Relay);
                return false;
            }
            found = i;
        }
        var foreign = FindForeign(trace, span, pending, out var several);
        if (several || (found >= 0 && foreign >= 0))
        {
            CountAmbiguous(trace, index, trace.Ties[foreign].Relay);
            return false;
        }
        if (found < 0 && foreign < 0)
        {
            return false;
        }
        trace.RemovePending(index);
        if (found >= 0)
        {
            Consume(trace, found, span, Match.Trace, pending.Resource, pending.Arrival);
        }
        else
        {
            FollowTie(trace, trace.Ties[foreign], span, Match.Trace, pending.Resource, pending.Arrival);
            Retry(trace, span.Header.SpanId, producing: false);
        }
        return true;
    }

    /// <summary>
    /// A completing span that names no destination of its own, in a trace that remembers for just one handoff of another trace that the same
    /// resource works on it: the tie of that work. (Whether that handoff is still open, only its own trace knows.)
    /// </summary>
    private int FindForeign(TraceState trace, in SpanEvent span, in Pending pending, out bool several)
    {
        var found = -1;
        several = false;
        if (DestinationOf(pending.Channel).Length > 0)
        {
            return -1;
        }
        for (; _tiesSeen < trace.Ties.Count; _tiesSeen++)
        {
            if (!trace.Ties[_tiesSeen].HandoffTrace.IsZero)
            {
                _foreign.Add(_tiesSeen);
            }
        }
        foreach (var i in _foreign)
        {
            if (_comparisons-- <= 0)
            {
                context.Observer?.LimitReached(Limit.Comparisons);
                several = false;
                return -1;
            }
            var tie = trace.Ties[i];
            if (tie.Resource != pending.Resource || (RolesFor(context.Shared.Relays[tie.Relay], span) & RelayRoles.Complete) == 0)
            {
                continue;
            }
            several |= found >= 0 && (trace.Ties[found].Handoff, trace.Ties[found].HandoffTrace) != (tie.Handoff, tie.HandoffTrace);
            found = i;
        }
        return found;
    }

    /// <summary>
    /// Whether an open handoff can be what the span names. Published before means that the producing span began before: it often ends
    /// after the pick-up, when the broker confirms.
    /// </summary>
    private bool CanMean(in Handoff handoff, in SpanEvent span, in Pending pending)
    {
        var relay = context.RelayOf(handoff);
        return !handoff.HasAny(HandoffMarks.Completed | HandoffMarks.Lapsed)
            && RolesFor(relay, span) != RelayRoles.None
            && handoff.Published.Start < span.Header.EndUnixNanos
            && (NamesSameDestination(relay, handoff, pending)
                || (handoff.Has(HandoffMarks.Acknowledged) && handoff.PickedUp.Resource == pending.Resource));
    }

    /// <summary>
    /// Equal destinations; none equals none. An application's own span seldom says a destination: where the relay names such spans,
    /// silence contradicts nothing. (A worker that is killed takes its library's span, between its own and the producer's, with it.)
    /// </summary>
    private bool NamesSameDestination(Relay relay, in Handoff handoff, in Pending pending)
    {
        if (pending.Channel == handoff.Published.Channel)
        {
            return true;
        }
        var destination = DestinationOf(pending.Channel);
        return destination.SequenceEqual(DestinationOf(handoff.Published.Channel)) || (destination.IsEmpty && (relay.AcknowledgeGiven || relay.CompleteGiven));
    }

    private ReadOnlySpan<byte> DestinationOf(ulong channel) => InternedTexts.BytesOf(context.Shared.Destinations.NameOf(channel), TextKind.Destination);

    private void CountAmbiguous(TraceState trace, int index, ushort relay)
    {
        if (!trace.Pendings[index].Has(PendingMarks.Ambiguous))
        {
            trace.PendingSpan[index].Marks |= PendingMarks.Ambiguous;
            trace.Changed = true;
            context.Observer?.Ambiguous(context.Shared.Relays[relay].Name);
        }
    }
}
