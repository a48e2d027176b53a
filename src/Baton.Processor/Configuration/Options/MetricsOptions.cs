using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Baton's own metrics.</summary>
internal sealed record MetricsOptions
{
    /// <summary>As OTLP, through exporters.</summary>
    [Option]
    public MetricsOtlpOptions Otlp { get; init; } = new();
}

/// <summary>
/// Baton's own metrics as OTLP: the same instruments, names, values and exemplars as on <c>/metrics</c>. They go through the journal like
/// everything else, so what a destination misses while it is down it gets later.
/// </summary>
internal sealed record MetricsOtlpOptions
{
    /// <summary>The exporters that get Baton's own metrics as OTLP: the names, values and exemplars of <c>/metrics</c>. An empty list sends none.</summary>
    /// <remarks>None: a destination of spans need not take metrics.</remarks>
    [Option]
    public IReadOnlyList<string> Exporters { get; init; } = [];

    /// <summary>How often they are sent; and once more at a stop.</summary>
    /// <remarks>The OpenTelemetry SDKs'.</remarks>
    [Option(Min = "1s", Max = "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>cumulative</c>: counters and histograms since Baton's start. <c>delta</c>: since the last time.</summary>
    /// <remarks>The OpenTelemetry SDKs'.</remarks>
    [Option]
    public MetricsTemporality Temporality { get; init; } = MetricsTemporality.Cumulative;
}

/// <summary>Since when counters and histograms count; OTLP's AggregationTemporality.</summary>
internal enum MetricsTemporality
{
    /// <summary>Since the start.</summary>
    Cumulative,

    /// <summary>Since the last time.</summary>
    Delta,
}
