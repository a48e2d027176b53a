using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>How a deadline is learned from completed jobs: a quantile of what they took, times a factor, within bounds.</summary>
internal sealed record LearnOptions
{
    /// <summary>The share of jobs that takes no longer than what counts as usual.</summary>
    /// <remarks>All but one of a hundred: what the rarest ones take is for <c>factor</c>.</remarks>
    [Option(Min = "0.01", Max = "0.9999")]
    public double Quantile { get; init; } = 0.99;

    /// <summary>How much longer than usual a job may take before it counts as lost.</summary>
    /// <remarks>Half again as long, as with <c>max_job_duration</c>.</remarks>
    [Option(Min = "1", Max = "100")]
    public double Factor { get; init; } = 1.5;

    /// <summary>No deadline is shorter.</summary>
    /// <remarks>As long as spans may take to get here, unless told otherwise: to be told sooner would not help.</remarks>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan Min { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>No deadline is longer. A job that never completes is forgotten after it, where no deadline is in force yet.</summary>
    /// <remarks>A day: jobs that run overnight can be learned.</remarks>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan Max { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many jobs of a channel must have completed before what it has learned is in force.</summary>
    /// <remarks>So many that the quantile is one of them.</remarks>
    [Option(Min = "1", Max = "1000000")]
    public int WarmUp { get; init; } = 100;
}
