using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>How the parts of a trace are found: short lists by walking, long ones by an index.</summary>
internal sealed partial class TraceState
{
    private TraceIndex? _index;

    private TraceIndex Index => _index ??= new TraceIndex(this);

    public int FindHandoff(SpanId spanId)
    {
        var handoffs = HandoffSpan;
        if (handoffs.Length > TraceIndex.Walked)
        {
            return Index.Handoffs.Find(spanId);
        }
        for (var i = 0; i < handoffs.Length; i++)
        {
            if (handoffs[i].SpanId == spanId)
            {
                return i;
            }
        }
        return -1;
    }

    public int FindAlias(SpanId spanId)
    {
        if (Aliases.Count > TraceIndex.Walked)
        {
            return Index.Aliases.Find(spanId);
        }
        for (var i = 0; i < Aliases.Count; i++)
        {
            if (Aliases[i].SpanId == spanId)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The handoff that a context means: the producing span itself or an outer span of the same publication.</summary>
    public int Resolve(SpanId context)
    {
        var handoff = FindHandoff(context);
        if (handoff >= 0 || Aliases.Count == 0)
        {
            return handoff;
        }
        var alias = FindAlias(context);
        return alias < 0 ? -1 : FindHandoff(Aliases[alias].Handoff);
    }

    /// <summary>The handoffs whose producing span, or an outer span of it, lies directly below a span.</summary>
    /// <param name="outer">The span.</param>
    /// <param name="found">Receives their places, in order.</param>
    public void FindBelow(SpanId outer, SortedSet<int> found)
    {
        if (Handoffs.Count > TraceIndex.Walked)
        {
            var index = Index.HandoffsByParent;
            for (var entry = index.First(outer); entry >= 0; entry = index.Next(entry, outer))
            {
                found.Add(index.ItemOf(entry));
            }
        }
        else
        {
            for (var i = 0; i < Handoffs.Count; i++)
            {
                if (HandoffSpan[i].Published.ParentSpanId == outer)
                {
                    found.Add(i);
                }
            }
        }
        var aliases = Aliases.Span;
        if (aliases.Length > TraceIndex.Walked)
        {
            var index = Index.AliasesByParent;
            for (var entry = index.First(outer); entry >= 0; entry = index.Next(entry, outer))
            {
                AddHandoffOf(aliases[index.ItemOf(entry)], found);
            }
            return;
        }
        foreach (ref readonly var alias in aliases)
        {
            if (alias.ParentSpanId == outer)
            {
                AddHandoffOf(alias, found);
            }
        }
    }

    /// <summary>The next tie of a consumer-side span, from an index on; -1 if there is none.</summary>
    /// <param name="consumer">The span.</param>
    /// <param name="from">0, or one more than the last that was found: ties are only appended while they are walked.</param>
    public int FindTie(SpanId consumer, int from = 0)
    {
        var ties = Ties.Span;
        if (ties.Length > TraceIndex.Walked)
        {
            // Ties never move, so that an entry has its item's number.
            return from == 0 ? Index.Ties.First(consumer) : Index.Ties.Next(from - 1, consumer);
        }
        for (var i = from; i < ties.Length; i++)
        {
            if (ties[i].Consumer == consumer)
            {
                return i;
            }
        }
        return -1;
    }

    public bool IsTied(SpanId consumer, SpanId handoff, TraceId handoffTrace)
    {
        for (var i = FindTie(consumer); i >= 0; i = FindTie(consumer, i + 1))
        {
            ref readonly var tie = ref Ties.Span[i];
            if (tie.Handoff == handoff && tie.HandoffTrace == handoffTrace)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The latest sign of life of a resource; -1 if none is kept.</summary>
    public int FindHeard(ulong resource)
    {
        var heard = Heard.Span;
        for (var i = 0; i < heard.Length; i++)
        {
            if (heard[i].Resource == resource)
            {
                return i;
            }
        }
        return -1;
    }

    private void AddHandoffOf(in Alias alias, SortedSet<int> found)
    {
        if (FindHandoff(alias.Handoff) is >= 0 and var handoff)
        {
            found.Add(handoff);
        }
    }
}
