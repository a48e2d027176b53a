using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Processor.Analyze.Reports;

/// <summary>Counts what the engine concludes of a recorded stream, and hands it to the report. One thread: the engine has one shard.</summary>
internal sealed class Findings(IReport report) : IContinuityObserver
{
    /// <summary>The counts so far.</summary>
    public Totals Totals { get; } = new();

    /// <inheritdoc/>
    public bool WantsOutcomes => true;

    /// <inheritdoc/>
    public void Closed(in HandoffOutcome outcome)
    {
        Totals.Count(outcome.Verdict);
        report.Add(outcome);
    }

    /// <inheritdoc/>
    public void Orphaned(in HandoffView orphan, bool attributed)
    {
        Totals.Orphans++;
        if (!attributed)
            report.AddOrphan(new Orphan(orphan, default, default));
    }

    /// <inheritdoc/>
    public void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer) => report.AddOrphan(new Orphan(orphan, producerTrace, producer));

    /// <inheritdoc/>
    public void ProducerMissing(in HandoffView consumer)
    {
        Totals.ProducersMissing++;
        report.AddMissingProducer(consumer);
    }

    // What is on the way is not the report's business: it tells how each handoff ended.

    /// <inheritdoc/>
    public void Opened(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Withdrawn(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Joined(in HandoffView handoff, Match match)
    {
    }

    /// <inheritdoc/>
    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds)
    {
    }

    /// <inheritdoc/>
    public void Redelivered(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
    }

    /// <inheritdoc/>
    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline)
    {
    }

    /// <inheritdoc/>
    public void Retracted(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Ambiguous(string relay)
    {
    }

    /// <inheritdoc/>
    public void ClockSkewed(string relay)
    {
    }

    /// <inheritdoc/>
    public void Evicted(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Received(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void StatementIgnored(string relay, StatedTerm term)
    {
    }

    /// <inheritdoc/>
    public void CandidateDropped(string relay)
    {
    }

    /// <inheritdoc/>
    public void Unknown(in HandoffView handoff)
    {
    }
}
