using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Processor.Telemetry;

/// <summary>Tells two observers what the engine concludes, in this order. Safe for as many threads as they are.</summary>
internal sealed class BothObservers(IContinuityObserver first, IContinuityObserver second) : IContinuityObserver
{
    /// <inheritdoc/>
    public bool WantsOutcomes => first.WantsOutcomes || second.WantsOutcomes;

    /// <inheritdoc/>
    public void Opened(in HandoffView handoff)
    {
        first.Opened(handoff);
        second.Opened(handoff);
    }

    /// <inheritdoc/>
    public void Withdrawn(in HandoffView handoff)
    {
        first.Withdrawn(handoff);
        second.Withdrawn(handoff);
    }

    /// <inheritdoc/>
    public void Joined(in HandoffView handoff, Match match)
    {
        first.Joined(handoff, match);
        second.Joined(handoff, match);
    }

    /// <inheritdoc/>
    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds)
    {
        first.Acknowledged(handoff, wakeUpSeconds);
        second.Acknowledged(handoff, wakeUpSeconds);
    }

    /// <inheritdoc/>
    public void Redelivered(in HandoffView handoff)
    {
        first.Redelivered(handoff);
        second.Redelivered(handoff);
    }

    /// <inheritdoc/>
    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
        first.Completed(handoff, late, fullLinkSeconds);
        second.Completed(handoff, late, fullLinkSeconds);
    }

    /// <inheritdoc/>
    public void Received(in HandoffView handoff)
    {
        first.Received(handoff);
        second.Received(handoff);
    }

    /// <inheritdoc/>
    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline)
    {
        first.Missed(handoff, verdict, deadline);
        second.Missed(handoff, verdict, deadline);
    }

    /// <inheritdoc/>
    public void Retracted(in HandoffView handoff)
    {
        first.Retracted(handoff);
        second.Retracted(handoff);
    }

    /// <inheritdoc/>
    public void Orphaned(in HandoffView orphan, bool attributed)
    {
        first.Orphaned(orphan, attributed);
        second.Orphaned(orphan, attributed);
    }

    /// <inheritdoc/>
    public void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer)
    {
        first.Attributed(orphan, producerTrace, producer);
        second.Attributed(orphan, producerTrace, producer);
    }

    /// <inheritdoc/>
    public void ProducerMissing(in HandoffView consumer)
    {
        first.ProducerMissing(consumer);
        second.ProducerMissing(consumer);
    }

    /// <inheritdoc/>
    public void Ambiguous(string relay)
    {
        first.Ambiguous(relay);
        second.Ambiguous(relay);
    }

    /// <inheritdoc/>
    public void ClockSkewed(string relay)
    {
        first.ClockSkewed(relay);
        second.ClockSkewed(relay);
    }

    /// <inheritdoc/>
    public void Evicted(in HandoffView handoff)
    {
        first.Evicted(handoff);
        second.Evicted(handoff);
    }

    /// <inheritdoc/>
    public void StatementIgnored(string relay, StatedTerm term)
    {
        first.StatementIgnored(relay, term);
        second.StatementIgnored(relay, term);
    }

    /// <inheritdoc/>
    public void CandidateDropped(string relay)
    {
        first.CandidateDropped(relay);
        second.CandidateDropped(relay);
    }

    /// <inheritdoc/>
    public void WorkerIdled(string service, string destination, double seconds)
    {
        first.WorkerIdled(service, destination, seconds);
        second.WorkerIdled(service, destination, seconds);
    }

    /// <inheritdoc/>
    public void LimitReached(Limit limit, long count = 1)
    {
        first.LimitReached(limit, count);
        second.LimitReached(limit, count);
    }

    /// <inheritdoc/>
    public void Unknown(in HandoffView handoff)
    {
        first.Unknown(handoff);
        second.Unknown(handoff);
    }

    /// <inheritdoc/>
    public void Told(in ToldSpan told)
    {
        first.Told(told);
        second.Told(told);
    }

    /// <inheritdoc/>
    public void Closed(in HandoffOutcome outcome)
    {
        if (first.WantsOutcomes) first.Closed(outcome);
        if (second.WantsOutcomes) second.Closed(outcome);
    }
}
