using System.Numerics;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>One of several jobs of a publication that has completed, by its job id.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CountedJob
{
    public SpanId Handoff;

    /// <summary>The first half of the job id's hash: enough to tell the jobs of one publication apart.</summary>
    public ulong Job;
}

/// <summary>Of a publication of several jobs each counts once, however often it runs, where spans say which it is.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>1 for a job that has not completed before, or is not named; 0 for one that has.</summary>
    private int CountJob(TraceState trace, in Handoff handoff, in SpanEvent span)
    {
        for (var places = context.RelayOf(handoff).JobIds; places != 0; places &= places - 1)
        {
            var ids = new JobIds(span.JobIdBytes);
            if (!ids.MoveTo(BitOperations.TrailingZeroCount(places)))
            {
                continue;
            }
            var counted = new CountedJob { Handoff = handoff.SpanId, Job = ids.Key.High };
            if (trace.HasCounted(counted))
            {
                return 0;
            }
            if (trace.CountedJobs.Count < context.Options.HandoffsPerTrace)
            {
                trace.CountedJobs.Add(counted);
            }
            return 1;
        }
        return 1;
    }
}
