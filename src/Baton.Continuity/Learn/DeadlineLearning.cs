namespace Baton.Continuity.Learn;

/// <summary>How a relay's schedule_to_close is learned, for each of its channels: from what completed jobs took.</summary>
public sealed record DeadlineLearning
{
    /// <summary>Which share of the jobs takes no longer than what is taken as usual; between 0 and 1, both excluded.</summary>
    public double Quantile { get; init; } = 0.99;

    /// <summary>How much longer than usual a job may take; 1 or more.</summary>
    public double Factor { get; init; } = 1.5;

    /// <summary>The shortest deadline, nanoseconds.</summary>
    public long MinNanos { get; init; } = 10L * 1_000_000_000;

    /// <summary>The longest deadline, nanoseconds; not below <see cref="MinNanos"/>.</summary>
    public long MaxNanos { get; init; } = 24L * 3600 * 1_000_000_000;

    /// <summary>How many jobs of a channel must have completed before its deadline is in force; 1 or more.</summary>
    public int WarmUp { get; init; } = 100;
}
