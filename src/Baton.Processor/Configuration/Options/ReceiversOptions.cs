using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>The receivers.</summary>
internal sealed record ReceiversOptions
{
    /// <summary>The OTLP receiver.</summary>
    [Option]
    public OtlpReceiverOptions Otlp { get; init; } = new();
}

/// <summary>The OTLP receiver.</summary>
internal sealed record OtlpReceiverOptions
{
    /// <summary>The protocols to listen for. A file that names this key turns on the protocols that it lists, and no others.</summary>
    /// <remarks>Both, as SDKs differ in which they use without being told.</remarks>
    [Option]
    public OtlpProtocolsOptions Protocols { get; init; } = new() { Grpc = new(), Http = new() };

    /// <summary>Who may send; not given: everybody who can connect.</summary>
    [Option]
    public ReceiverAuthOptions? Auth { get; init; }
}

/// <summary>Who may send.</summary>
internal sealed record ReceiverAuthOptions
{
    /// <summary>
    /// A file with the tokens that are taken, one a line; empty lines and lines that begin with <c>#</c> are skipped. A sender has one of
    /// them in its header <c>authorization: Bearer …</c>. The file is read again when it changes, so that tokens can be rotated: first add the
    /// new one, and remove the old one when no sender has it any more.
    /// </summary>
    [Option(Required = "name the file with the tokens, one a line")]
    public string BearerTokenFile { get; init; } = "";
}

/// <summary>The protocols of the OTLP receiver; one that is null is off.</summary>
internal sealed record OtlpProtocolsOptions
{
    /// <summary>OTLP/gRPC.</summary>
    [Option]
    public GrpcReceiverOptions? Grpc { get; init; }

    /// <summary>OTLP/HTTP: POST /v1/traces, protobuf and JSON.</summary>
    [Option]
    public HttpReceiverOptions? Http { get; init; }
}

/// <summary>OTLP/gRPC.</summary>
internal sealed record GrpcReceiverOptions
{
    /// <summary>Where to listen; <c>0.0.0.0:4317</c> listens on every address.</summary>
    /// <remarks>OTLP's port, on loopback: whoever wants to be reached from elsewhere says so.</remarks>
    [Option]
    public ListenAddress Endpoint { get; init; } = new("127.0.0.1", 4317);

    /// <summary>The largest request taken, in MiB, after decompression.</summary>
    /// <remarks>
    /// Larger than any SDK's or Collector's batch (8192 spans are a few MiB), small enough that a handful of them at once fit into
    /// memory. The Collector's 4 refuses what its own batch processor makes without <c>send_batch_max_size</c>.
    /// </remarks>
    [Option(Min = "1", Max = "512")]
    public int MaxRecvMsgSizeMib { get; init; } = 64;

    /// <summary>Calls at the same time on one connection.</summary>
    /// <remarks>HTTP/2's usual number (RFC 9113, 6.5.2); an SDK has one or two, a Collector ten.</remarks>
    [Option(Min = "1", Max = "10000")]
    public int MaxConcurrentStreams { get; init; } = 100;

    /// <summary>Transport security; not given: plain text.</summary>
    [Option]
    public TlsServerOptions? Tls { get; init; }
}

/// <summary>OTLP/HTTP.</summary>
internal sealed record HttpReceiverOptions
{
    /// <summary>Where to listen; <c>0.0.0.0:4318</c> listens on every address.</summary>
    /// <remarks>OTLP's port, on loopback: whoever wants to be reached from elsewhere says so.</remarks>
    [Option]
    public ListenAddress Endpoint { get; init; } = new("127.0.0.1", 4318);

    /// <summary>The largest request body taken, after decompression.</summary>
    /// <remarks>The same as over gRPC, so that a sender may change its protocol.</remarks>
    [Option(Min = "64KiB", Max = "512MiB")]
    public ByteSize MaxRequestBodySize { get; init; } = ByteSize.MiB(64);

    /// <summary>Transport security; not given: plain text.</summary>
    [Option]
    public TlsServerOptions? Tls { get; init; }

    /// <summary>Which pages may send from a browser; not given: none.</summary>
    [Option]
    public CorsOptions? Cors { get; init; }
}

/// <summary>Cross-origin resource sharing: which pages a browser lets send to Baton.</summary>
internal sealed record CorsOptions
{
    /// <summary>Origins, such as <c>https://app.example.com</c>; <c>https://*.example.com</c> for any host below; <c>*</c> for every page.</summary>
    [Option(Required = "list the origins, e.g. [https://app.example.com]")]
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Headers that a page may send besides those that browsers always allow.</summary>
    /// <remarks>None: what OTLP needs, Content-Type and Content-Encoding, is always allowed.</remarks>
    [Option]
    public IReadOnlyList<string> AllowedHeaders { get; init; } = [];

    /// <summary>How long a browser may remember the answer.</summary>
    /// <remarks>Two hours, as long as any browser keeps it.</remarks>
    [Option(Max = "24h")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);
}
