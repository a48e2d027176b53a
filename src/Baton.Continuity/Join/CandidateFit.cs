using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>Which of the handoffs that were published with a job id a span may be the run of.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>
    /// Of the handoffs that were published before the span ended: those whose relay's own conditions it meets before others, open ones
    /// before closed ones, and of these the newest. A span that meets some relay's own conditions is never another's that it has no role in:
    /// two kinds of jobs may count from 1 each.
    /// </summary>
    private int FindCandidate(TraceState job, in SpanEvent span)
    {
        var (best, bestFit) = (-1, 0);
        for (var i = 0; i < job.Candidates.Count; i++)
        {
            var candidate = job.Candidates[i];
            var fit = FitOf(candidate, span);
            if (fit > bestFit || (fit == bestFit && fit > 0 && IsBetter(candidate, job.Candidates[best])))
            {
                (best, bestFit) = (i, fit);
            }
        }
        return best;
    }

    private bool Fits(in Candidate candidate, in SpanEvent span) => FitOf(candidate, span) > 0;

    /// <summary>2: it meets the relay's own conditions; 1: its default ones, or none of any relay; 0: another relay's, or published too late.</summary>
    private int FitOf(in Candidate candidate, in SpanEvent span) =>
        candidate.Start < span.Header.EndUnixNanos ? FitOf(context.Shared.Relays[candidate.Relay], span) : 0;

    private static int FitOf(Relay relay, in SpanEvent span)
    {
        var meetsAny = false;
        foreach (ref readonly var role in span.Roles)
        {
            meetsAny |= role.Roles != RelayRoles.None;
            if (role.Relay == relay.Id && role.Roles != RelayRoles.None)
            {
                return 2;
            }
        }
        return !meetsAny || RolesFor(relay, span) != RelayRoles.None ? 1 : 0;
    }

    private static bool IsBetter(in Candidate a, in Candidate b) => a.State != b.State ? a.State == CandidateState.Open : IsNewer(a, b);

    private static bool IsNewer(in Candidate a, in Candidate b) =>
        a.Start != b.Start ? a.Start > b.Start
        : a.TraceId != b.TraceId ? (a.TraceId.High, a.TraceId.Low).CompareTo((b.TraceId.High, b.TraceId.Low)) > 0
        : a.SpanId.Value > b.SpanId.Value;

    private static int IndexOf(ReadOnlySpan<Candidate> candidates, TraceId trace, SpanId span)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].SpanId == span && candidates[i].TraceId == trace)
            {
                return i;
            }
        }
        return -1;
    }
}
