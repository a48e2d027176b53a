using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// Is told what the engine concludes, once each, in no replay. Called on the shards' threads: an implementation must bear several at once.
/// Implemented by the Prometheus instruments of the service, and by the report of a recorded stream.
/// </summary>
public interface IContinuityObserver
{
    /// <summary>A producing span opened a handoff.</summary>
    void Opened(in HandoffView handoff);

    /// <summary>
    /// A handoff that was opened is none: a producing span that came later shows that it is part of another's publication, which what
    /// happened to it counts for from here on.
    /// </summary>
    void Withdrawn(in HandoffView handoff);

    /// <summary>A consumer-side span was tied to a handoff.</summary>
    void Joined(in HandoffView handoff, Match match);

    /// <summary>A handoff was picked up for the first time; negative latencies come as 0.</summary>
    void Acknowledged(in HandoffView handoff, double wakeUpSeconds);

    /// <summary>A further pick-up of the same handoff.</summary>
    void Redelivered(in HandoffView handoff);

    /// <summary>A handoff completed. Late: its completing span ended after its deadline.</summary>
    void Completed(in HandoffView handoff, bool late, double fullLinkSeconds);

    /// <summary>Its deadline passed in a built-in relay, and only spans that fetch were seen: continuous, on that evidence.</summary>
    void Received(in HandoffView handoff);

    /// <summary>A deadline passed: verdict silent_sleep, missing_completion or failed.</summary>
    void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline);

    /// <summary>A deadline span turned out to have been told too early: the job had completed in time.</summary>
    void Retracted(in HandoffView handoff);

    /// <summary>A worker's span without context.</summary>
    void Orphaned(in HandoffView orphan, bool attributed);

    /// <summary>The producer of such a worker was found by its job id: at once, or later.</summary>
    /// <param name="orphan">The worker.</param>
    /// <param name="producerTrace">The trace of its job.</param>
    /// <param name="producer">The span that published it.</param>
    void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer)
    {
    }

    /// <summary>An acknowledging span whose producer never came.</summary>
    void ProducerMissing(in HandoffView consumer);

    /// <summary>More than one open handoff could have been meant by a span's trace.</summary>
    void Ambiguous(string relay);

    /// <summary>A pick-up that began before its publication began.</summary>
    void ClockSkewed(string relay);

    /// <summary>State was full and a handoff was given up.</summary>
    void Evicted(in HandoffView handoff);

    /// <summary>A producing span's own deadline, delay or count made no sense: the relay's rule counts instead.</summary>
    void StatementIgnored(string relay, StatedTerm term);

    /// <summary>More handoffs were published with one job id than are remembered: the oldest cannot be found by it any more.</summary>
    void CandidateDropped(string relay);

    /// <summary>A worker had nothing to do between two of its consumer spans.</summary>
    /// <param name="service">Its service.name.</param>
    /// <param name="destination">From where it takes; empty where its spans do not say.</param>
    /// <param name="seconds">For how long.</param>
    void WorkerIdled(string service, string destination, double seconds)
    {
    }

    /// <summary>A trace, or state as a whole, holds as much as it may of something.</summary>
    /// <param name="limit">Of what.</param>
    /// <param name="count">How many were left out.</param>
    void LimitReached(Limit limit, long count = 1)
    {
    }

    /// <summary>Baton was blind for longer than senders retry while the handoff waited.</summary>
    void Unknown(in HandoffView handoff);

    /// <summary>A span was made that tells a conclusion, and is on its way into the journal. Again, with the same id, if a crash kept it from there.</summary>
    void Told(in ToldSpan told)
    {
    }

    /// <summary>True to be told of <see cref="Closed"/>, which takes some work to say.</summary>
    bool WantsOutcomes => false;

    /// <summary>A handoff is forgotten: this is what became of it. Each comes once, unless it is still open at the end.</summary>
    void Closed(in HandoffOutcome outcome)
    {
    }
}
