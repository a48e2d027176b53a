using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Testing.Engine;

/// <summary>Keeps what the engine concludes, one line each, in order.</summary>
public sealed class RecordingObserver : IContinuityObserver
{
    public List<string> Lines { get; } = [];

    /// <summary>Those that are about a handoff, or about a consumer's span without one, with its ids.</summary>
    public List<(TraceId Trace, SpanId Span, string Line)> Facts { get; } = [];

    /// <summary>What became of the handoffs that are forgotten, in order; kept where a test wants it.</summary>
    public List<HandoffOutcome> Outcomes { get; } = [];

    public bool WantsOutcomes { get; set; }

    public void Closed(in HandoffOutcome outcome) => Outcomes.Add(outcome);

    public int Count(string start) => Lines.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    public void Opened(in HandoffView handoff) => Add(handoff, $"opened {handoff.Relay} {handoff.Service}");

    public void Withdrawn(in HandoffView handoff) => Add(handoff, $"withdrawn {handoff.Relay}");

    public void Joined(in HandoffView handoff, Match match) => Add(handoff, $"joined {handoff.Relay} {Names.Of(match)}");

    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds) => Add(handoff, $"acknowledged {handoff.Relay} {wakeUpSeconds:F3}");

    public void Redelivered(in HandoffView handoff) => Add(handoff, $"redelivered {handoff.Relay}");

    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds) =>
        Add(handoff, $"completed {handoff.Relay} {(late ? "late" : "in_time")} {fullLinkSeconds:F3}");

    public void Received(in HandoffView handoff) => Lines.Add($"received {handoff.Relay}");

    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline) =>
        Add(handoff, $"missed {handoff.Relay} {Names.Of(verdict)} {Names.Of(deadline)}");

    public void Retracted(in HandoffView handoff) => Add(handoff, $"retracted {handoff.Relay}");

    public void Orphaned(in HandoffView orphan, bool attributed) =>
        Add(orphan, $"orphaned {orphan.Relay} {orphan.Service} {(attributed ? "attributed" : "unattributed")}");

    /// <summary>Orphans whose jobs were found, each with the span that published its job.</summary>
    public List<(SpanId Orphan, SpanId Producer)> Attributions { get; } = [];

    public void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer) => Attributions.Add((orphan.SpanId, producer));

    public void ProducerMissing(in HandoffView consumer) => Add(consumer, $"producer_missing {consumer.Relay} {consumer.Service}");

    public void Ambiguous(string relay) => Lines.Add($"ambiguous {relay}");

    public void ClockSkewed(string relay) => Lines.Add($"skewed {relay}");

    public void Evicted(in HandoffView handoff) => Add(handoff, $"evicted {handoff.Relay}");

    public void CandidateDropped(string relay) => Lines.Add($"candidate_dropped {relay}");

    /// <summary>For how long workers had nothing to do.</summary>
    public List<(string Service, string Destination, double Seconds)> Idle { get; } = [];

    public void WorkerIdled(string service, string destination, double seconds) => Idle.Add((service, destination, seconds));

    public void LimitReached(Limit limit, long count = 1)
    {
        for (; count > 0; count--)
        {
            Lines.Add($"limit {Names.Of(limit)}");
        }
    }

    public void StatementIgnored(string relay, StatedTerm term) => Lines.Add($"ignored {relay} {Names.Of(term)}");

    public void Unknown(in HandoffView handoff) => Add(handoff, $"unknown {handoff.Relay}");

    private void Add(in HandoffView about, string line)
    {
        Lines.Add(line);
        Facts.Add((about.TraceId, about.SpanId, line));
    }
}
