using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Which exporters get what.</summary>
internal sealed record RoutingOptions
{
    /// <summary>The exporters that get everything. An empty list drops on purpose, and counts.</summary>
    [Option(Required = "name the exporters that get everything, e.g. default: [otlp/tempo], or write default: [] to drop it on purpose")]
    public IReadOnlyList<string> Default { get; init; } = [];
}

/// <summary>The write-ahead journal.</summary>
internal sealed record JournalOptions
{
    /// <summary>Where its segments are; made if missing, and locked against a second process.</summary>
    /// <remarks>Below the working directory, where a first try leaves nothing behind elsewhere.</remarks>
    [Option]
    public string Directory { get; init; } = "./data/journal";

    /// <summary>The most disk it may take. When it is full, <c>when_full</c> decides.</summary>
    /// <remarks>Half an hour of 20,000 spans/s of 300 bytes to a backend that is down; a small volume holds it.</remarks>
    [Option(Min = "16MiB", Max = "64TiB")]
    public ByteSize MaxSize { get; init; } = ByteSize.GiB(10);

    /// <summary>
    /// When a request is acknowledged: <c>os</c>, written (survives the process); <c>disk</c>, synced (survives the machine).
    /// </summary>
    /// <remarks>
    /// Senders keep nothing either once they were acknowledged; losing the machine usually loses them too, and a sync costs each request
    /// milliseconds.
    /// </remarks>
    [Option]
    public JournalDurability Durability { get; init; } = JournalDurability.Os;

    /// <summary>What happens to new requests when it is full: <c>refuse</c> answers that the sender shall retry later.</summary>
    /// <remarks>Nothing that was accepted is lost, and senders keep what was not.</remarks>
    [Option]
    public JournalWhenFull WhenFull { get; init; } = JournalWhenFull.Refuse;
}

/// <summary>When a request is acknowledged.</summary>
internal enum JournalDurability
{
    /// <summary>Once the operating system has it: survives the end of the process.</summary>
    Os,

    /// <summary>Once it is synced: survives the end of the machine.</summary>
    Disk,
}

/// <summary>What happens to new requests when the journal is full.</summary>
internal enum JournalWhenFull
{
    /// <summary>They are refused retryably.</summary>
    Refuse,
}

/// <summary>What Baton remembers of open handoffs.</summary>
internal sealed record StateOptions
{
    /// <summary>Where checkpoints, and state beyond the memory, are; made if missing.</summary>
    /// <remarks>Beside the journal: the two belong together.</remarks>
    [Option]
    public string Directory { get; init; } = "./data/state";

    /// <summary>How much memory it may take, over all shards; what is more is on disk.</summary>
    /// <remarks>At 300 bytes a handoff, more than a million open ones without touching the disk.</remarks>
    [Option(Min = "64MiB", Max = "1TiB")]
    public ByteSize Memory { get; init; } = ByteSize.MiB(512);

    /// <summary>How often it is saved. A restart replays the journal from the last time on.</summary>
    /// <remarks>A replay runs many times faster than intake did, so half a minute of it takes a second or two.</remarks>
    [Option(Min = "100ms", Max = "1h")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The process itself.</summary>
internal sealed record ServiceOptions
{
    /// <summary>What Baton says about itself.</summary>
    [Option]
    public ServiceTelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The endpoint for people and probes.</summary>
    [Option]
    public AdminOptions Admin { get; init; } = new();
}

/// <summary>What Baton says about itself.</summary>
internal sealed record ServiceTelemetryOptions
{
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
    /// <summary>Where /metrics, /healthz and /readyz are served.</summary>
    /// <remarks>The Collector's port for its own metrics, on loopback: it needs no password there.</remarks>
    [Option]
    public ListenAddress Endpoint { get; init; } = new("127.0.0.1", 8888);
}
