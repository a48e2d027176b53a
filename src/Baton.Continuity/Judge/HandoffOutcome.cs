namespace Baton.Continuity.Judge;

/// <summary>What became of a handoff, told when it is forgotten: nothing that comes later can change it.</summary>
/// <param name="Handoff">Which.</param>
/// <param name="Verdict">The last verdict; <see cref="Verdict.Open"/> where none was given (its relay was not armed).</param>
public readonly record struct HandoffOutcome(HandoffView Handoff, Verdict Verdict)
{
    /// <summary>How its first acknowledging span was tied to it, else its completing one.</summary>
    public Match Match { get; init; }

    /// <summary>The deadline that a deadline span was told for, taken back or not; None if none was.</summary>
    public DeadlineKind Told { get; init; }

    /// <summary>deadline_at: of the one that was told, else the earliest in force. Unix nanoseconds.</summary>
    public long DeadlineAtUnixNanos { get; init; }

    /// <summary>Wake-up latency in nanoseconds, 0 or more; -1 if it was never picked up.</summary>
    public long WakeUpNanos { get; init; }

    /// <summary>Full-link time in nanoseconds, 0 or more; -1 if it did not complete.</summary>
    public long FullLinkNanos { get; init; }

    /// <summary>Acknowledging spans, but for those inside of others.</summary>
    public int Attempts { get; init; }

    /// <summary>What was expected to complete and did not: values, or one text that counts them. Empty if nothing is missing.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The destination's name; empty where spans give none.</summary>
    public required string Destination { get; init; }

    /// <summary>service.name of who picked it up last, or usually does on its channel; empty where unknown.</summary>
    public required string Worker { get; init; }
}
