using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>The indexes of a large trace's lists, so that what a span costs does not depend on how many came before it.</summary>
internal sealed class TraceIndex(TraceState trace)
{
    /// <summary>A list up to this long is walked.</summary>
    public const int Walked = 32;

    public SpanIndex<Handoff> Handoffs { get; } = new(() => trace.Handoffs.Span, static (in Handoff handoff) => handoff.Published.SpanId);

    public SpanIndex<Handoff> HandoffsByParent { get; } = new(() => trace.Handoffs.Span, static (in Handoff handoff) => handoff.Published.ParentSpanId);

    public SpanIndex<Alias> Aliases { get; } = new(() => trace.Aliases.Span, static (in Alias alias) => alias.SpanId);

    public SpanIndex<Alias> AliasesByParent { get; } = new(() => trace.Aliases.Span, static (in Alias alias) => alias.ParentSpanId);

    public SpanIndex<Tie> Ties { get; } = new(() => trace.Ties.Span, static (in Tie tie) => tie.Consumer);

    /// <summary>Jobs that were counted, by the half of their hash that is kept.</summary>
    public SpanIndex<CountedJob> CountedJobs { get; } = new(() => trace.CountedJobs.Span, static (in CountedJob job) => new SpanId(job.Job));

    public SpanIndex<Pending> Pendings { get; } = new(() => trace.Pendings.Span, static (in Pending pending) => pending.SpanId);

    /// <summary>Waiting spans by what they wait for.</summary>
    public SpanIndex<Pending> Waiting { get; } = new(() => trace.Pendings.Span, trace.WaitsFor);

    /// <summary>What they take of memory, about.</summary>
    public int MemoryBytes => 40 * (Handoffs.Count + HandoffsByParent.Count + Aliases.Count + AliasesByParent.Count + Ties.Count + CountedJobs.Count + Pendings.Count + Waiting.Count);

    /// <summary>A handoff has another span id or parent.</summary>
    public void EnterHandoff(int index)
    {
        Handoffs.Enter(index);
        HandoffsByParent.Enter(index);
    }

    /// <summary>Handoffs, aliases, ties or counted jobs were removed.</summary>
    public void ClearJoined()
    {
        Handoffs.Clear();
        HandoffsByParent.Clear();
        Aliases.Clear();
        AliasesByParent.Clear();
        Ties.Clear();
        CountedJobs.Clear();
    }

    /// <summary>Waiting spans were removed.</summary>
    public void ClearPendings()
    {
        Pendings.Clear();
        Waiting.Clear();
    }

    /// <summary>A waiting span has moved.</summary>
    public void EnterPending(int index)
    {
        Pendings.Enter(index);
        Waiting.Enter(index);
    }
}
