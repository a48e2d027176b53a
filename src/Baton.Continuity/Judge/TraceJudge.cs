using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// What time does to a trace. A wake-up only asks; everything is decided from the state:
/// what has waited for export_lag is judged by what is known, deadlines that have passed are told, what is over is forgotten.
/// TraceJudge.Deadlines.cs: what becomes of a deadline that has passed. TraceJudge.NextWake.cs: when to look again.
/// </summary>
internal sealed partial class TraceJudge(ShardContext context, TraceJoin join)
{
    private readonly List<int> _over = [];

    private ContinuityOptions Options => context.Options;

    /// <summary>Decides what is due at <see cref="ShardContext.Now"/>.</summary>
    public void Wake(TraceState trace)
    {
        join.BeginMatching();
        JudgePendings(trace, everything: false);
        TellDeadlines(trace);
        ForgetWhatIsOver(trace);
    }

    /// <summary>
    /// Judges what has waited long enough. Before a deadline of the trace is told, everything is looked at once more, also what was judged
    /// before its producing span came.
    /// </summary>
    private void JudgePendings(TraceState trace, bool everything)
    {
        var orphans = new OrphanJudge(context, join);
        for (var i = 0; i < trace.Pendings.Count; i++)
        {
            var pending = trace.Pendings[i];
            if (pending.Has(PendingMarks.Settled) || (pending.Has(PendingMarks.Judged) && !everything))
            {
                continue;
            }
            var due = !pending.Has(PendingMarks.Judged) && JudgeAt(pending) <= context.Now && !context.Shared.Sight.IsBlind;
            if ((due || everything) && join.TryTrace(trace, i))
            {
                i = -1; // tying one may have tied others: the list has changed
            }
            else if (due)
            {
                orphans.Judge(trace, i);
            }
        }
    }

    private void ForgetWhatIsOver(TraceState trace)
    {
        var over = false;
        foreach (ref var handoff in trace.HandoffSpan)
        {
            if (!handoff.AwaitsDeadline && ForgetAt(handoff) <= context.Now)
            {
                Outcomes.Close(context, trace, handoff);
                join.Forget(trace, ref handoff);
                over = true;
            }
        }
        if (over)
        {
            trace.RemoveForgotten();
        }
        for (var i = trace.Heard.Count - 1; i >= 0; i--)
        {
            if (trace.Heard[i].Arrival + Options.ExportLagNanos <= context.Now)
            {
                trace.Heard.RemoveAt(i);
                trace.Changed = true;
            }
        }
        _over.Clear();
        for (var i = 0; i < trace.Pendings.Count; i++)
        {
            ref readonly var pending = ref trace.PendingSpan[i];
            if (pending.Has(PendingMarks.Judged) && ForgetAt(pending) <= context.Now)
            {
                _over.Add(i);
            }
        }
        if (_over.Count > 0)
        {
            trace.RemovePendings(_over);
        }
        trace.RemoveTies(context.Now);
    }
}
