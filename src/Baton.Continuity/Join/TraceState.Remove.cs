using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>How the parts of a trace are forgotten. Long lists are never moved for the sake of one item.</summary>
internal sealed partial class TraceState
{
    /// <summary>A handoff's producing span is another one now.</summary>
    public void Reenter(int handoff) => _index?.EnterHandoff(handoff);

    /// <summary>Forgets the handoffs that are marked <see cref="HandoffMarks.Forgotten"/>, and with them their aliases and the ties of this trace to them.</summary>
    public void RemoveForgotten()
    {
        var ties = Ties.Span;
        var kept = 0;
        foreach (ref readonly var tie in ties)
        {
            if (!tie.HandoffTrace.IsZero || !IsForgotten(tie.Handoff))
            {
                ties[kept++] = tie;
            }
        }
        Ties.SetCount(kept);
        var aliases = Aliases.Span;
        kept = 0;
        foreach (ref readonly var alias in aliases)
        {
            if (!IsForgotten(alias.Handoff))
            {
                aliases[kept++] = alias;
            }
        }
        Aliases.SetCount(kept);
        for (var i = Stitches.Count - 1; i >= 0; i--)
        {
            if (IsForgotten(Stitches[i].Handoff))
            {
                Stitches.RemoveAt(i);
            }
        }
        CountedJobs.RemoveAll(job => IsForgotten(job.Handoff));
        for (var i = Sends.Count - 1; i >= 0; i--)
        {
            if (IsForgotten(Sends[i].Send))
            {
                Sends.RemoveAt(i);
            }
        }
        Handoffs.RemoveAll(static handoff => handoff.Has(HandoffMarks.Forgotten));
        _index?.ClearJoined();
        Changed = true;
    }

    /// <summary>A batch's `send` is no handoff any more.</summary>
    public void RemoveSends(SpanId send)
    {
        for (var i = Sends.Count - 1; i >= 0; i--)
        {
            if (Sends[i].Send == send)
            {
                Sends.RemoveAt(i);
            }
        }
    }

    /// <summary>Forgets the ties whose time is over.</summary>
    public void RemoveTies(long now)
    {
        var ties = Ties.Span;
        var kept = 0;
        foreach (ref readonly var tie in ties)
        {
            if (tie.Until == 0 || tie.Until > now)
            {
                ties[kept++] = tie;
            }
        }
        if (kept < ties.Length)
        {
            Ties.SetCount(kept);
            _index?.ClearJoined();
            Changed = true;
        }
    }

    /// <summary>Forgets some ties.</summary>
    public void RemoveTies(Predicate<Tie> which)
    {
        if (Ties.RemoveAll(which) > 0)
        {
            _index?.ClearJoined();
            Changed = true;
        }
    }

    /// <summary>Forgets the ties that were made first.</summary>
    public void RemoveOldestTies(int count)
    {
        Ties.RemoveFirst(Math.Min(count, Ties.Count));
        _index?.ClearJoined();
        Changed = true;
    }

    /// <summary>A span waits no more. In a long list the last one takes its place.</summary>
    public void RemovePending(int index)
    {
        Changed = true;
        var last = Pendings.Count - 1;
        if (last < TraceIndex.Walked)
        {
            Pendings.RemoveAt(index);
            _index?.ClearPendings();
            return;
        }
        Pendings[index] = Pendings[last];
        Pendings.RemoveAt(last);
        if (index < last)
        {
            _index?.EnterPending(index);
        }
    }

    /// <summary>Removes waiting spans.</summary>
    /// <param name="places">Theirs, each once; sorted by this.</param>
    public void RemovePendings(List<int> places)
    {
        places.Sort();
        if (places.Count > 8 && places.Count > Pendings.Count / 8)
        {
            foreach (var place in places)
            {
                PendingSpan[place].Marks |= PendingMarks.Taken;
            }
            Pendings.RemoveAll(static pending => pending.Has(PendingMarks.Taken));
            _index?.ClearPendings();
            Changed = true;
            return;
        }
        for (var i = places.Count - 1; i >= 0; i--)
        {
            RemovePending(places[i]);
        }
    }

    private bool IsForgotten(SpanId handoff) => FindHandoff(handoff) is >= 0 and var place && HandoffSpan[place].Has(HandoffMarks.Forgotten);
}
