using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>How spans that wait are found, and completions that were counted: as the other parts.</summary>
internal sealed partial class TraceState
{
    /// <summary>What a waiting span waits for: the context that its link names, else its parent. Zero for a root.</summary>
    public SpanId WaitsFor(in Pending pending) => pending.Target.IsZero ? RecordOf(pending).Header.ParentSpanId : pending.Target;

    public int FindPending(SpanId spanId, SpanId target)
    {
        var pendings = PendingSpan;
        if (pendings.Length > TraceIndex.Walked)
        {
            var index = Index.Pendings;
            var entry = index.First(spanId);
            while (entry >= 0 && pendings[index.ItemOf(entry)].Target != target)
            {
                entry = index.Next(entry, spanId);
            }
            return entry < 0 ? -1 : index.ItemOf(entry);
        }
        for (var i = 0; i < pendings.Length; i++)
        {
            if (pendings[i].SpanId == spanId && pendings[i].Target == target)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Of a job id's state: whether a span waits here for a job of that id.</summary>
    public bool HasAsked(TraceId trace, SpanId spanId)
    {
        if (Pendings.Count <= TraceIndex.Walked)
        {
            return Pendings.Exists(pending => pending.SpanId == spanId && RecordOf(pending).Header.TraceId == trace);
        }
        var index = Index.Pendings;
        var entry = index.First(spanId);
        while (entry >= 0 && RecordOf(Pendings[index.ItemOf(entry)]).Header.TraceId != trace)
        {
            entry = index.Next(entry, spanId);
        }
        return entry >= 0;
    }

    /// <summary>Whether a job of a publication of several has completed before.</summary>
    public bool HasCounted(in CountedJob counted)
    {
        var jobs = CountedJobs.Span;
        if (jobs.Length > TraceIndex.Walked)
        {
            var (index, id) = (Index.CountedJobs, new SpanId(counted.Job));
            var entry = index.First(id);
            while (entry >= 0 && jobs[index.ItemOf(entry)].Handoff != counted.Handoff)
            {
                entry = index.Next(entry, id);
            }
            return entry >= 0;
        }
        foreach (ref readonly var job in jobs)
        {
            if (job.Handoff == counted.Handoff && job.Job == counted.Job)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The spans that wait for a context, by link or as its children.</summary>
    /// <param name="context">The context.</param>
    /// <param name="found">Receives their places.</param>
    public void FindWaiting(SpanId context, List<int> found)
    {
        var pendings = PendingSpan;
        if (pendings.Length > TraceIndex.Walked)
        {
            var index = Index.Waiting;
            for (var entry = index.First(context); entry >= 0; entry = index.Next(entry, context))
            {
                found.Add(index.ItemOf(entry));
            }
            return;
        }
        for (var i = 0; i < pendings.Length; i++)
        {
            if (WaitsFor(pendings[i]) == context)
            {
                found.Add(i);
            }
        }
    }
}
