using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>The process itself.</summary>
internal sealed record ServiceOptions
{
    /// <summary>What Baton says about itself.</summary>
    [Option]
    public ServiceTelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The endpoint for people and probes.</summary>
    [Option]
    public AdminOptions Admin { get; init; } = new();

    /// <summary>
    /// How long a stop may take, from SIGTERM on: to answer what is in flight, to save the state, and to deliver what waits. What is not delivered by then waits on disk for the next start.
    /// </summary>
    /// <remarks>Kubernetes kills after 30 s; the rest is for the process to end.</remarks>
    [Option(Min = "1s", Max = "1h")]
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>What Baton says about itself.</summary>
internal sealed record ServiceTelemetryOptions
{
    /// <summary>Its metrics, beside <c>/metrics</c> on the admin endpoint.</summary>
    [Option]
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>Its logs, on standard error.</summary>
    [Option]
    public LogsOptions Logs { get; init; } = new();
}

/// <summary>Baton's own logs.</summary>
internal sealed record LogsOptions
{
    /// <summary>The least severe messages written.</summary>
    /// <remarks>The Collector's: starts, stops and what is wrong, nothing per request.</remarks>
    [Option]
    public LogsLevel Level { get; init; } = LogsLevel.Info;

    /// <summary><c>console</c>: a line for people. <c>json</c>: an object per line for machines.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option]
    public LogsEncoding Encoding { get; init; } = LogsEncoding.Console;
}

/// <summary>Severity of Baton's own logs.</summary>
internal enum LogsLevel
{
    /// <summary>For whoever looks for a fault in Baton.</summary>
    Debug,

    /// <summary>Starts, stops, recoveries.</summary>
    Info,

    /// <summary>Something is wrong, and Baton copes.</summary>
    Warn,

    /// <summary>Something is wrong, and data or verdicts suffer.</summary>
    Error,
}

/// <summary>Form of Baton's own logs.</summary>
internal enum LogsEncoding
{
    /// <summary>A line for people.</summary>
    Console,

    /// <summary>An object per line.</summary>
    Json,
}

/// <summary>The endpoint for people and probes.</summary>
internal sealed record AdminOptions
{
    /// <summary>Where the console, /metrics, /healthz, /readyz and /v1/backpressure are served.</summary>
    /// <remarks>The Collector's port for its own metrics, on loopback: it needs no password there.</remarks>
    [Option]
    public ListenAddress Endpoint { get; init; } = new("127.0.0.1", 8888);

    /// <summary>
    /// To whom the console answers. <c>loopback</c>: to connections that arrive on loopback, through a tunnel or <c>kubectl port-forward</c> too, whatever the endpoint listens on. <c>everywhere</c>: to
    /// whoever reaches the endpoint.
    /// </summary>
    /// <remarks>It shows single jobs, their ids and their traces, and asks for no password; probes and metrics often must be reached from elsewhere.</remarks>
    [Option]
    public ConsoleReach Console { get; init; } = ConsoleReach.Loopback;

    /// <summary>Where the console's links to a trace lead. Everybody who sees the console sees it, so it must hold no secret.</summary>
    [Option]
    public TraceUrl? TraceUrl { get; init; }
}

/// <summary>To whom the console answers.</summary>
internal enum ConsoleReach
{
    /// <summary>To connections that arrive on loopback.</summary>
    Loopback,

    /// <summary>To whoever reaches the admin endpoint.</summary>
    Everywhere,
}
