using Baton.Continuity.Judge;

namespace Baton.Testing.Engine;

/// <summary>Keeps what the engine concludes, one line each, in order.</summary>
public sealed class RecordingObserver : IContinuityObserver
{
    public List<string> Lines { get; } = [];

    public int Count(string start) => Lines.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    public void Opened(in HandoffView handoff) => Lines.Add($"opened {handoff.Relay} {handoff.Service}");

    public void Joined(in HandoffView handoff, Match match) => Lines.Add($"joined {handoff.Relay} {Names.Of(match)}");

    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds) => Lines.Add($"acknowledged {handoff.Relay} {wakeUpSeconds:F3}");

    public void Redelivered(in HandoffView handoff) => Lines.Add($"redelivered {handoff.Relay}");

    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds) =>
        Lines.Add($"completed {handoff.Relay} {(late ? "late" : "in_time")} {fullLinkSeconds:F3}");

    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline) =>
        Lines.Add($"missed {handoff.Relay} {Names.Of(verdict)} {Names.Of(deadline)}");

    public void Retracted(in HandoffView handoff) => Lines.Add($"retracted {handoff.Relay}");

    public void Orphaned(in HandoffView orphan, bool attributed) =>
        Lines.Add($"orphaned {orphan.Relay} {orphan.Service} {(attributed ? "attributed" : "unattributed")}");

    public void ProducerMissing(in HandoffView consumer) => Lines.Add($"producer_missing {consumer.Relay} {consumer.Service}");

    public void Ambiguous(string relay) => Lines.Add($"ambiguous {relay}");

    public void ClockSkewed(string relay) => Lines.Add($"skewed {relay}");

    public void Evicted(in HandoffView handoff) => Lines.Add($"evicted {handoff.Relay}");

    public void CandidateDropped(string relay) => Lines.Add($"candidate_dropped {relay}");

    public void Unknown(in HandoffView handoff) => Lines.Add($"unknown {handoff.Relay}");

    public void StatementIgnored(string relay, StatedTerm term) => Lines.Add($"ignored {relay} {Names.Of(term)}");
}
