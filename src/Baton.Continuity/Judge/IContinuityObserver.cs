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

/// <summary>A bound on what is kept, of one trace or at all. Beyond it something is left out, and counted.</summary>
public enum Limit : byte
{
    /// <summary>Handoffs that are open at once; those published first are given up.</summary>
    Handoffs,

    /// <summary>Handoffs of one trace; its oldest are given up.</summary>
    HandoffsPerTrace,

    /// <summary>Spans that wait for what they name; a further one is not tied when that comes.</summary>
    WaitingSpans,

    /// <summary>Spans known to belong to a handoff; the oldest are forgotten, and count again if they are delivered again.</summary>
    Ties,

    /// <summary>Outer spans of publications; who names a further one, finds no handoff.</summary>
    Aliases,

    /// <summary>Comparisons of waiting spans with open handoffs; what is left is judged as if no handoff were meant.</summary>
    Comparisons,

    /// <summary>Links of one span; what further ones name is not picked up by it.</summary>
    Links,
}

/// <summary>What is told of a handoff, or of a consumer that has none.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="Service">service.name of its producer (of the consumer, where there is none); empty where unknown.</param>
/// <param name="TraceId">The trace of the span below.</param>
/// <param name="SpanId">The producing span (the consumer's, where there is none).</param>
/// <param name="PublishedUnixNanos">End of that span.</param>
public readonly record struct HandoffView(string Relay, string Service, TraceId TraceId, SpanId SpanId, long PublishedUnixNanos)
{
    /// <summary>A worker ran it without the trace's context, and was found by the job id: once completed, its verdict is context_dropped.</summary>
    public bool ContextDropped { get; init; }
}

/// <summary>How a consumer-side span was tied to its handoff.</summary>
public enum Match : byte
{
    /// <summary>Not tied.</summary>
    None,

    /// <summary>A link names the creation context.</summary>
    Link,

    /// <summary>The parent is the producing span, or a span tied before.</summary>
    Parent,

    /// <summary>The only open handoff of its trace.</summary>
    Trace,

    /// <summary>The job id, where the context was dropped.</summary>
    JobId,
}

/// <summary>What Baton concludes of a handoff.</summary>
public enum Verdict : byte
{
    /// <summary>None yet.</summary>
    Open,

    /// <summary>Completed in time.</summary>
    Continuous,

    /// <summary>Nobody woke up.</summary>
    SilentSleep,

    /// <summary>Picked up and not completed, or nothing seen where nobody can tell asleep from running.</summary>
    MissingCompletion,

    /// <summary>The deadline passed and the last attempt had failed.</summary>
    Failed,

    /// <summary>Completed after its deadline.</summary>
    CompletedLate,

    /// <summary>The worker ran without the trace's context.</summary>
    ContextDropped,

    /// <summary>Baton was blind while it waited.</summary>
    Unknown,

    /// <summary>Given up for want of room.</summary>
    Evicted,
}

/// <summary>What a producing span says of its own job, in an attribute that its relay names.</summary>
public enum StatedTerm : byte
{
    /// <summary>`deadline_attribute`.</summary>
    Deadline,

    /// <summary>`not_before_attribute`.</summary>
    NotBefore,

    /// <summary>`expect.count_attribute`.</summary>
    Count,
}

/// <summary>Which deadline passed.</summary>
public enum DeadlineKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>Published → picked up.</summary>
    ScheduleToStart,

    /// <summary>Picked up → completed.</summary>
    StartToClose,

    /// <summary>Published → completed.</summary>
    ScheduleToClose,

    /// <summary>The worker's last sign of life → its next.</summary>
    Heartbeat,
}
