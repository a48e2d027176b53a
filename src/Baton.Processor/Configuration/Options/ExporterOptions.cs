using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>One exporter; which options it has, its type decides.</summary>
[Variant("otlp", typeof(OtlpExporterOptions))]
[Variant("otlp_grpc", typeof(OtlpExporterOptions))]
[Variant("otlphttp", typeof(OtlpHttpExporterOptions))]
[Variant("otlp_http", typeof(OtlpHttpExporterOptions))]
[Variant("file", typeof(FileExporterOptions))]
[Variant("debug", typeof(DebugExporterOptions))]
internal abstract record ExporterOptions;

/// <summary>Retries of an exporter: exponential back-off with jitter, or the time that the destination asks for.</summary>
internal sealed record RetryOptions
{
    /// <summary>Whether to try again at all. Without it, what could not be delivered at once is dropped and counted.</summary>
    /// <remarks>On: the journal holds the data meanwhile.</remarks>
    [Option]
    public bool Enabled { get; init; } = true;

    /// <summary>The pause after the first failure; it grows by half each time.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option(Min = "1ms", Max = "1h")]
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option(Min = "1ms", Max = "1h")]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Give a request up, and count its spans as failed, after this time; 0 never does.</summary>
    /// <remarks>Never, unlike the Collector's 5 minutes: what waits is on disk, and its bound is <c>journal.max_size</c>.</remarks>
    [Option(Max = "720h")]
    public TimeSpan MaxElapsedTime { get; init; } = TimeSpan.Zero;
}

/// <summary>How much an exporter sends at once.</summary>
internal sealed record SendingOptions
{
    /// <summary>Requests on their way at the same time.</summary>
    /// <remarks>Enough to fill a connection whose answers take 100 ms; more would only queue in the destination.</remarks>
    [Option(Min = "1", Max = "256")]
    public int MaxInFlight { get; init; } = 8;

    /// <summary>Plain bodies are merged up to this size; a larger one that came as such is sent as it is.</summary>
    /// <remarks>Half of what a gRPC server takes unless told otherwise (4 MiB).</remarks>
    [Option(Min = "1KiB", Max = "64MiB")]
    public ByteSize MaxBatchSize { get; init; } = ByteSize.MiB(2);
}

/// <summary>Writes what passes to standard output, for a first look.</summary>
internal sealed record DebugExporterOptions : ExporterOptions
{
    /// <summary><c>basic</c>: one line a request. <c>detailed</c>: every span.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option]
    public DebugVerbosity Verbosity { get; init; } = DebugVerbosity.Basic;
}

/// <summary>How much the debug exporter writes.</summary>
internal enum DebugVerbosity
{
    /// <summary>One line a request.</summary>
    Basic,

    /// <summary>Every span with its attributes.</summary>
    Detailed,
}
