using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// The match by job id. What is known of a job id is state of its own, under its hash: the handoffs that were published with it, and the
/// workers' spans that asked for one in vain. A handoff tells its job ids what becomes of it; a span without context asks them, one after
/// the other in the order of the configuration, and its own trace is told the answer. CandidateFit.cs: which handoff that is.
/// </summary>
internal sealed partial class TraceJoin
{
    /// <summary>Handoffs remembered per job id, the newest (continuity model, Bounds).</summary>
    public const int MaxCandidates = 8;

    private readonly List<int> _offered = [];

    /// <summary>Tells a handoff's job ids what became of it.</summary>
    public void TellJobIds(TraceState trace, in Handoff handoff, CandidateState state)
    {
        var ids = new JobIds(trace.Bytes(handoff.JobIds));
        while (ids.MoveNextInUse())
        {
            context.Send(new Message
            {
                Kind = MessageKind.Candidate,
                Key = ids.Key,
                Candidate = new Candidate
                {
                    TraceId = trace.TraceId,
                    SpanId = handoff.SpanId,
                    Start = handoff.Published.Start,
                    Relay = handoff.Published.Relay,
                    State = state,
                },
                Arrival = context.Now,
            });
        }
    }

    /// <summary>
    /// Asks the job ids of a waiting span for its producer; the answer comes as a <see cref="MessageKind.Offer"/>.
    /// </summary>
    /// <returns>False if it has none, or cannot be a worker's run.</returns>
    public bool AskJobIds(in Pending pending, in SpanEvent span)
    {
        if (!RunsJobs(span))
        {
            return false;
        }
        var ids = new JobIds(span.JobIdBytes);
        if (!ids.MoveNext())
        {
            return false;
        }
        Ask(ids, span, pending.Resource, pending.Arrival);
        return true;
    }

    /// <summary>A span that says of itself that a worker runs: of a relay's own conditions, or a CONSUMER that does more than to fetch.</summary>
    private static bool RunsJobs(in SpanEvent span) =>
        span.Header.Operation != OperationType.Receive && (span.Header.SpanKind == (byte)SpanKind.Consumer || span.Header.RoleCount > 0);

    private void Ask(in JobIds id, in SpanEvent span, ulong resource, long arrival) => context.Send(new Message
    {
        Kind = MessageKind.Ask,
        Key = id.Key,
        Place = id.Place,
        Consumer = span.Header.SpanId,
        Resource = resource,
        Arrival = arrival,
        Record = context.Arena.Copy(span.Record),
    });

    /// <summary>A job id learns of a handoff: of a new one, whoever waits for it is told.</summary>
    private void Remember(TraceState job, in Candidate candidate)
    {
        var index = IndexOf(job.Candidates.Span, candidate.TraceId, candidate.SpanId);
        job.Changed |= index >= 0 || candidate.State == CandidateState.Open;
        if (candidate.State == CandidateState.Gone && index >= 0)
        {
            job.Candidates.RemoveAt(index);
        }
        else if (candidate.State != CandidateState.Gone && index >= 0)
        {
            job.Candidates[index] = candidate;
        }
        else if (candidate.State == CandidateState.Open)
        {
            job.Candidates.Add(candidate);
            if (job.Candidates.Count > MaxCandidates)
            {
                DropOldest(job);
            }
            OfferToWaiting(job);
        }
    }

    private void DropOldest(TraceState job)
    {
        var oldest = 0;
        for (var i = 1; i < job.Candidates.Count; i++)
        {
            oldest = IsNewer(job.Candidates[oldest], job.Candidates[i]) ? i : oldest;
        }
        context.Observer?.CandidateDropped(context.Shared.Relays[job.Candidates[oldest].Relay].Name);
        job.Candidates.RemoveAt(oldest);
    }

    /// <summary>Answers a span that asks; one that finds nothing waits for what may still come, and the next of its job ids is asked.</summary>
    private void Answer(TraceState job, in Message message)
    {
        var span = message.Span;
        var found = FindCandidate(job, span);
        if (found >= 0)
        {
            Offer(span, job.Candidates[found]);
            return;
        }
        if (job.Pendings.Count < context.Options.HandoffsPerTrace && !job.HasAsked(span.Header.TraceId, span.Header.SpanId))
        {
            Pend(job, message, span, default);
            job.PendingSpan[^1].Marks = PendingMarks.Judged | PendingMarks.Settled;
        }
        var ids = new JobIds(span.JobIdBytes);
        if (ids.MoveTo(message.Place) && ids.MoveNext())
        {
            Ask(ids, span, message.Resource, message.Arrival);
        }
        else
        {
            Offer(span, default);
        }
    }

    /// <summary>Spans that asked before the producer came: their trace, and the job's, come to the same in whatever order they are told.</summary>
    private void OfferToWaiting(TraceState job)
    {
        _offered.Clear();
        for (var i = 0; i < job.Pendings.Count; i++)
        {
            if (FindCandidate(job, job.RecordOf(job.Pendings[i])) >= 0)
            {
                _offered.Add(i);
            }
        }
        foreach (var place in _offered)
        {
            var span = job.RecordOf(job.Pendings[place]);
            Offer(span, job.Candidates[FindCandidate(job, span)]);
        }
        job.RemovePendings(_offered);
    }

    private void Offer(in SpanEvent span, in Candidate candidate) => context.Send(new Message
    {
        Kind = MessageKind.Offer,
        Key = span.Header.TraceId,
        Consumer = span.Header.SpanId,
        Candidate = candidate,
        Arrival = context.Now,
    });
}
