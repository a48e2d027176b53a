using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Everything that can be configured; immutable. One property is one option.</summary>
internal sealed record BatonOptions
{
    /// <summary>How telemetry comes in.</summary>
    [Option]
    public ReceiversOptions Receivers { get; init; } = new();

    /// <summary>Which jobs are followed, and when silence is a failure.</summary>
    [Option]
    public ContinuitySection Continuity { get; init; } = new();

    /// <summary>Where telemetry goes out, by name: a type, or a type and a name of your own (<c>otlp/tempo</c>).</summary>
    [Option]
    public IReadOnlyDictionary<string, ExporterOptions> Exporters { get; init; } = new Dictionary<string, ExporterOptions>();

    /// <summary>Which exporters get what.</summary>
    [Option]
    public RoutingOptions Routing { get; init; } = new();

    /// <summary>The write-ahead journal: every exporter's queue, and the log from which state is recovered.</summary>
    [Option]
    public JournalSection Journal { get; init; } = new();

    /// <summary>What Baton remembers of open handoffs.</summary>
    [Option]
    public StateSection State { get; init; } = new();

    /// <summary>The process itself: logs, and the admin endpoint.</summary>
    [Option]
    public ServiceOptions Service { get; init; } = new();
}
