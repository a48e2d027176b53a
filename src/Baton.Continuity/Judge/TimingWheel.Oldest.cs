using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// Every trace with an open handoff has an entry here, so that an entry also says since when: the traces to be given up first are found by
/// one walk over the entries, and nothing has to be kept in order for it.
/// </summary>
internal sealed partial class TimingWheel
{
    /// <summary>Forgets which entries only tell: by what was decided then, is decided no more.</summary>
    public void DoubtAll()
    {
        for (var i = Sentinels; i < _used; i++)
        {
            ref var node = ref At(i);
            node.SetDue(node.Due, onlyTells: false);
        }
    }

    /// <summary>Notes when a trace's oldest open handoff was published; nothing happens if it has no entry.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    /// <param name="published">Unix nanoseconds; long.MaxValue for none.</param>
    public void SetOldest(int handle, TraceId trace, long published)
    {
        if (Holds(handle, trace))
        {
            At(handle).Oldest = published;
        }
    }

    /// <summary>Finds the traces whose oldest open handoffs were published first.</summary>
    /// <param name="count">How many, at most.</param>
    /// <param name="found">Receives them, in their order; cleared first.</param>
    public void FindOldest(int count, List<TraceAge> found)
    {
        var first = new FirstOf<TraceAge>(count, TraceAge.InOrder);
        var latest = long.MaxValue - 1;
        for (var i = Sentinels; i < _used; i++)
        {
            ref readonly var node = ref At(i);
            if (node.Oldest <= latest && node.Previous >= 0)
            {
                first.Add(new TraceAge(node.Oldest, node.Trace, i));
                latest = first.IsFull ? first.Last.Published : latest;
            }
        }
        first.MoveTo(found);
    }

    /// <summary>
    /// Says of an entry how old its trace really is. Where a restart could not give an entry its place back (<see cref="Restore"/>), one may stand beside another of
    /// the same trace: that is no age's any more.
    /// </summary>
    /// <param name="found">What was found.</param>
    /// <param name="trace">The trace.</param>
    /// <returns>True if it was right.</returns>
    public bool IsRight(in TraceAge found, TraceState trace)
    {
        var oldest = trace.WheelHandle != found.Entry && Holds(trace.WheelHandle, trace.TraceId) ? long.MaxValue : trace.Backlog.OldestOpen;
        At(found.Entry).Oldest = oldest;
        return oldest == found.Published;
    }
}

/// <summary>Since when a trace has had something open.</summary>
/// <param name="Published">When its oldest open handoff was published, Unix nanoseconds.</param>
/// <param name="Trace">The trace.</param>
/// <param name="Entry">Its entry in the wheel.</param>
internal readonly record struct TraceAge(long Published, TraceId Trace, int Entry)
{
    // By the entry too: two of one trace, as a restart may leave them, must both be looked at, or both not.
    public static readonly Comparer<TraceAge> InOrder = Comparer<TraceAge>.Create(static (a, b) =>
        new Wake(a.Published, a.Trace).CompareTo(new Wake(b.Published, b.Trace)) is not 0 and var byTrace ? byTrace : a.Entry.CompareTo(b.Entry));
}
