using Baton.Continuity.Judge;

namespace Baton.Processor.Tests.Watch;

/// <summary>Does as a test says when a handoff opens, on the thread that judges.</summary>
internal sealed class ScriptedObserver(Action<HandoffView> opened) : IContinuityObserver
{
    public void Opened(in HandoffView handoff) => opened(handoff);

    public void Joined(in HandoffView handoff, Match match)
    {
    }

    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds)
    {
    }

    public void Redelivered(in HandoffView handoff)
    {
    }

    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
    }

    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline)
    {
    }

    public void Withdrawn(in HandoffView handoff)
    {
    }

    public void Retracted(in HandoffView handoff)
    {
    }

    public void Orphaned(in HandoffView orphan, bool attributed)
    {
    }

    public void ProducerMissing(in HandoffView consumer)
    {
    }

    public void Ambiguous(string relay)
    {
    }

    public void ClockSkewed(string relay)
    {
    }

    public void Evicted(in HandoffView handoff)
    {
    }

    public void CandidateDropped(string relay)
    {
    }

    public void LimitReached(Limit limit, long count = 1)
    {
    }

    public void Unknown(in HandoffView handoff)
    {
    }

    public void Received(in HandoffView handoff)
    {
    }

    public void StatementIgnored(string relay, StatedTerm term)
    {
    }
}
