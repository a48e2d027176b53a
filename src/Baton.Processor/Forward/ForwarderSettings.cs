using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>What a <see cref="Forwarder"/> needs to know of its exporter's options.</summary>
/// <param name="Exporter">The exporter's name in the configuration; also its cursor's.</param>
internal sealed record ForwarderSettings(string Exporter)
{
    private const long DefaultMaxInFlightBytes = 32L << 20;

    // Of protobuf; about three times that as JSON. Readers take a line as a whole.
    private const int MaxLineBytes = 256 << 10;

    /// <summary>Requests on their way at the same time, at least 1.</summary>
    public int MaxInFlight { get; init; } = 8;

    /// <summary>Bytes up to which plain payloads are merged. The default is <see cref="SendingOptions.MaxBatchSize"/>'s.</summary>
    public int MaxRequestBytes { get; init; } = 2 << 20;

    /// <summary>Bytes that may be on their way at once; bounds the memory where single entries are much larger than a batch.</summary>
    public long MaxInFlightBytes { get; init; } = DefaultMaxInFlightBytes;

    /// <summary>
    /// Entries that may be read beyond the oldest one that is not done. One request that is retried for ever then stops the exporter,
    /// rather than let the record of what
    /// is done behind it grow without end: 24 bytes each.
    /// </summary>
    public int MaxEntriesAhead { get; init; } = 1 << 20;

    /// <summary>Journal bytes that may wait; beyond, the oldest is skipped. 0: no limit.</summary>
    public long MaxBacklogBytes { get; init; }

    /// <summary>How bodies go out; decides which payloads are decompressed before they are merged.</summary>
    public ExporterCompression Compression { get; init; }

    /// <summary>What happens after a failure that may pass.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>The source of the jitter of pauses.</summary>
    public Random Jitter { get; init; } = Random.Shared;

    /// <summary>What an exporter that sends over a network is configured to.</summary>
    public static ForwarderSettings Of(string exporter, OtlpClientOptions options) => new(exporter)
    {
        MaxInFlight = options.Sending.MaxInFlight,
        MaxRequestBytes = (int)options.Sending.MaxBatchSize.Bytes,
        MaxInFlightBytes = Math.Max(DefaultMaxInFlightBytes, options.Sending.MaxInFlight * options.Sending.MaxBatchSize.Bytes),
        // To be written as JSON a payload must be plain.
        Compression = options is OtlpHttpExporterOptions { Encoding: HttpEncoding.Json } ? ExporterCompression.None : options.Compression,
        Retry = options.RetryOnFailure,
        MaxBacklogBytes = options.MaxBacklog.Bytes,
    };

    /// <summary>
    /// What the exporter <c>debug</c> is configured to: one request at a time, so that lines come in the order of the journal.
    /// </summary>
    public static ForwarderSettings Of(string exporter, DebugExporterOptions options) => new(exporter)
    {
        MaxInFlight = 1,
        Compression = options.Verbosity == DebugVerbosity.Detailed ? ExporterCompression.None : ExporterCompression.AsReceived,
    };

    /// <summary>
    /// What the exporter <c>file</c> is configured to: one request at a time, in the order of the journal, each a line of moderate length.
    /// </summary>
    public static ForwarderSettings Of(string exporter, FileExporterOptions options) => new(exporter)
    {
        MaxInFlight = 1,
        MaxRequestBytes = MaxLineBytes,
        Compression = ExporterCompression.None,
        MaxBacklogBytes = options.MaxBacklog.Bytes,
    };
}
