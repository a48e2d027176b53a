using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>When a queue presses, and a worker is thrashing.</summary>
internal sealed record BackpressureOptions
{
    /// <summary>Over how long a worker's busy ratio, the growth of a backlog, and the pace of pick-ups are measured.</summary>
    /// <remarks>Long enough that one job more or less is no trend, short enough that producers can still do something about it.</remarks>
    [Option(Min = "1s", Max = "1h")]
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A worker that was busy for this part of the window, while the backlog that it works on grew, is thrashing.</summary>
    /// <remarks>All of the time, but for what lies between two jobs.</remarks>
    [Option(Min = "0.01", Max = "1")]
    public double ThrashRatio { get; init; } = 0.95;
}
