using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>Unpacked traces, in the order of when each was used last. The links lie in the traces themselves (<see cref="Residence"/>).</summary>
internal sealed class TracesByUse
{
    /// <summary>The one that was not used for the longest time; null if there is none.</summary>
    public TraceState? Oldest { get; private set; }

    private TraceState? Newest { get; set; }

    /// <summary>A trace is used that is here.</summary>
    public void Touch(TraceState trace)
    {
        if (trace != Newest)
        {
            Remove(trace);
            Add(trace);
        }
    }

    /// <summary>A trace comes, and is used.</summary>
    public void Add(TraceState trace)
    {
        (trace.Residence.Older, trace.Residence.Newer) = (Newest, null);
        if (Newest is null)
        {
            Oldest = trace;
        }
        else
        {
            Newest.Residence.Newer = trace;
        }
        Newest = trace;
    }

    /// <summary>A trace goes.</summary>
    public void Remove(TraceState trace)
    {
        var (older, newer) = (trace.Residence.Older, trace.Residence.Newer);
        if (older is null)
        {
            Oldest = newer;
        }
        else
        {
            older.Residence.Newer = newer;
        }
        if (newer is null)
        {
            Newest = older;
        }
        else
        {
            newer.Residence.Older = older;
        }
    }
}
