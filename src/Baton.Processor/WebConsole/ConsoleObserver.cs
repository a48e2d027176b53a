using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Processor.WebConsole;

/// <summary>
/// Keeps what the console shows. Publications, pick-ups and completions count where they happened, verdicts where they were told. A job costs it
/// three look-ups of its relay by name and a few interlocked additions. Safe for any number of threads.
/// </summary>
internal sealed class ConsoleObserver(ConsoleSeries series, BrokenHandoffs broken) : IContinuityObserver
{
    private const double NanosPerSecond = 1e9;

    /// <inheritdoc/>
    public void Opened(in HandoffView handoff) => series.Of(handoff.Relay).At(handoff.PublishedUnixNanos)?.Count(Tally.Published);

    /// <inheritdoc/>
    public void Withdrawn(in HandoffView handoff) => broken.Withdrawn(handoff);

    /// <inheritdoc/>
    public void Joined(in HandoffView handoff, Match match)
    {
    }

    /// <inheritdoc/>
    public void Acknowledged(in HandoffView handoff, double wakeUpSeconds)
    {
        series.Of(handoff.Relay).At(After(handoff, wakeUpSeconds))?.AddWakeUp(wakeUpSeconds);
        broken.PickedUp(handoff, wakeUpSeconds);
    }

    /// <inheritdoc/>
    public void Redelivered(in HandoffView handoff)
    {
    }

    /// <inheritdoc/>
    public void Completed(in HandoffView handoff, bool late, double fullLinkSeconds)
    {
        var step = series.Of(handoff.Relay).At(After(handoff, fullLinkSeconds));
        step?.Count(late ? Tally.Late : Tally.InTime);
        step?.AddFullLink(fullLinkSeconds);
    }

    /// <inheritdoc/>
    public void Received(in HandoffView handoff) => Count(handoff, Tally.InTime);

    /// <inheritdoc/>
    public void Missed(in HandoffView handoff, Verdict verdict, DeadlineKind deadline) => Count(handoff, verdict switch
    {
        Verdict.Failed => Tally.Failed,
        Verdict.SilentSleep => Tally.SilentSleep,
        _ => Tally.MissingCompletion,
    });

    /// <inheritdoc/>
    public void Retracted(in HandoffView handoff) => Count(handoff, Tally.TakenBack);

    /// <inheritdoc/>
    public void Orphaned(in HandoffView orphan, bool attributed) => Count(orphan, attributed ? Tally.OrphansAttributed : Tally.Orphans);

    /// <inheritdoc/>
    public void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer) => broken.Attributed(orphan, producerTrace, producer);

    /// <inheritdoc/>
    public void ProducerMissing(in HandoffView consumer) => Count(consumer, Tally.ProducersMissing);

    /// <inheritdoc/>
    public void Ambiguous(string relay)
    {
    }

    /// <inheritdoc/>
    public void ClockSkewed(string relay)
    {
    }

    /// <inheritdoc/>
    public void Evicted(in HandoffView handoff) => Count(handoff, Tally.Evicted);

    /// <inheritdoc/>
    public void StatementIgnored(string relay, StatedTerm term)
    {
    }

    /// <inheritdoc/>
    public void CandidateDropped(string relay)
    {
    }

    /// <inheritdoc/>
    public void Unknown(in HandoffView handoff) => Count(handoff, Tally.Unknown);

    /// <inheritdoc/>
    public void Told(in ToldSpan told) => broken.Add(told);

    private static long After(in HandoffView handoff, double seconds) => handoff.PublishedUnixNanos + (long)(seconds * NanosPerSecond);

    private void Count(in HandoffView handoff, Tally tally) => series.Of(handoff.Relay).Now?.Count(tally);
}
