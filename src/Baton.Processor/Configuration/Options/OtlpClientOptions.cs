using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>What exporters have in common that send OTLP over a network.</summary>
internal abstract record OtlpClientOptions : ExporterOptions
{
    /// <summary>Transport security.</summary>
    [Option]
    public TlsClientOptions Tls { get; init; } = new();

    /// <summary>Headers of every request, for example an authorization. Values are secrets: they are never printed.</summary>
    [Option]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    /// <summary>
    /// How bodies go out: <c>as_received</c> leaves compressed ones compressed and plain ones plain; <c>gzip</c> and <c>zstd</c> compress
    /// what is not so compressed already; <c>none</c> decompresses.
    /// </summary>
    /// <remarks>To leave a body as it came costs nothing; to compress it again would be most of Baton's CPU time.</remarks>
    [Option]
    public ExporterCompression Compression { get; init; } = ExporterCompression.AsReceived;

    /// <summary>How long one request may take before it is tried again.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option(Min = "10ms", Max = "10m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What happens when the destination refuses for the moment, or cannot be reached.</summary>
    [Option]
    public RetryOptions RetryOnFailure { get; init; } = new();

    /// <summary>
    /// The most that may wait for this exporter, in bytes of the journal; 0 for as much as the journal holds. Beyond it the oldest is skipped, for this exporter alone, and counted.
    /// </summary>
    /// <remarks>Nothing is skipped unless somebody decides that one destination's data is worth less than everybody's.</remarks>
    [Option(Max = "64TiB")]
    public ByteSize MaxBacklog { get; init; }

    /// <summary>How much is sent at once.</summary>
    [Option]
    public SendingOptions Sending { get; init; } = new();
}

/// <summary>OTLP/gRPC to a backend or to a Collector.</summary>
internal sealed record OtlpExporterOptions : OtlpClientOptions
{
    /// <summary>Where to send: <c>host:port</c>, or a URL whose scheme decides on TLS.</summary>
    [Option(Required = "write " + TargetAddress.Form)]
    public TargetAddress Endpoint { get; init; }
}

/// <summary>OTLP/HTTP to a backend or to a Collector.</summary>
internal sealed record OtlpHttpExporterOptions : OtlpClientOptions
{
    /// <summary>Where to send: the base URL, to which <c>/v1/traces</c>, <c>/v1/metrics</c> and <c>/v1/logs</c> are appended.</summary>
    [Option(Required = "write " + BaseUrl.Form)]
    public BaseUrl Endpoint { get; init; }

    /// <summary><c>proto</c>: protobuf, as it was received. <c>json</c>: OTLP's JSON, for a destination that takes nothing else.</summary>
    /// <remarks>To convert every span costs many times as much as to pass it on; and what OTLP does not know of yet gets lost in JSON.</remarks>
    [Option]
    public HttpEncoding Encoding { get; init; } = HttpEncoding.Proto;
}

/// <summary>What an OTLP/HTTP exporter's bodies are.</summary>
internal enum HttpEncoding
{
    /// <summary>Protobuf.</summary>
    Proto,

    /// <summary>JSON.</summary>
    Json,
}

/// <summary>How an exporter's bodies go out.</summary>
internal enum ExporterCompression
{
    /// <summary>Compressed bodies untouched and alone, plain ones plain and merged.</summary>
    AsReceived,

    /// <summary>Always gzip: what came so goes as it came, the rest is merged and compressed.</summary>
    Gzip,

    /// <summary>Always zstd: what came so goes as it came, the rest is merged and compressed.</summary>
    Zstd,

    /// <summary>Always plain.</summary>
    None,
}
