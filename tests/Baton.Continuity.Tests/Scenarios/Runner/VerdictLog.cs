using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Telemetry;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>Keeps the last verdict of every handoff, and counts what the product counts.</summary>
internal sealed class VerdictLog(ContinuityMetrics metrics) : IContinuityObserver
{
    private const string Open = "open";

    public Dictionary<(TraceId, SpanId), string> Handoffs { get; } = [];

    public Dictionary<(TraceId, SpanId), string> Orphans { get; } = [];

    public List<(TraceId, SpanId)> ProducersMissing { get; } = [];

    public void Opened(in HandoffView handoff)
    {
        metrics.Opened(handoff);
        Handoffs.TryAdd(Key(handoff), Open);
    }

    public void Withdrawn(in HandoffView handoff)
    {
        metrics.Withdrawn(handoff);
        Handoffs[Key(handoff)] = "withdrawn";
    }

    public void Joined(in HandoffView handoff, Match match) => metrics.Joined(handoff, match);

    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds) => metrics.Acknowledged(handoff, wakeUpSeconds);

    public void Redelivered(in HandoffView handoff) => metrics.Redelivered(handoff);

    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
        metrics.Completed(handoff, late, fullLinkSeconds);
        Handoffs[Key(handoff)] = Names.Of(
            handoff.ContextDropped ? Verdict.ContextDropped : late ? Verdict.CompletedLate : Verdict.Continuous);
    }

    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline)
    {
        metrics.Missed(handoff, verdict, deadline);
        Handoffs[Key(handoff)] = Names.Of(verdict);
    }

    /// <summary>A miss that a pick-up takes back leaves the job open; one that a completion takes back has its verdict.</summary>
    public void Retracted(in HandoffView handoff)
    {
        metrics.Retracted(handoff);
        if (Handoffs.GetValueOrDefault(Key(handoff)) == Names.Of(Verdict.SilentSleep))
        {
            Handoffs[Key(handoff)] = Open;
        }
    }

    public void Orphaned(in HandoffView orphan, bool attributed)
    {
        metrics.Orphaned(orphan, attributed);
        Orphans[Key(orphan)] = attributed ? "attributed" : "unattributed";
    }

    public void ProducerMissing(in HandoffView consumer)
    {
        metrics.ProducerMissing(consumer);
        ProducersMissing.Add(Key(consumer));
    }

    public void Ambiguous(string relay) => metrics.Ambiguous(relay);

    public void ClockSkewed(string relay) => metrics.ClockSkewed(relay);

    public void Evicted(in HandoffView handoff)
    {
        metrics.Evicted(handoff);
        Handoffs[Key(handoff)] = Names.Of(Verdict.Evicted);
    }

    public void Received(in HandoffView handoff)
    {
        metrics.Received(handoff);
        Handoffs[Key(handoff)] = Names.Of(Verdict.Continuous);
    }

    public void StatementIgnored(string relay, StatedTerm term) => metrics.StatementIgnored(relay, term);

    public void CandidateDropped(string relay) => metrics.CandidateDropped(relay);

    public void WorkerIdled(string service, string destination, double seconds) => metrics.WorkerIdled(service, destination, seconds);

    public void LimitReached(Limit limit, long count = 1) => metrics.LimitReached(limit, count);

    public void Unknown(in HandoffView handoff)
    {
        metrics.Unknown(handoff);
        Handoffs[Key(handoff)] = Names.Of(Verdict.Unknown);
    }

    private static (TraceId, SpanId) Key(in HandoffView view) => (view.TraceId, view.SpanId);
}
