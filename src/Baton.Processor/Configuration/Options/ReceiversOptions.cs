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
}

/// <summary>The protocols of the OTLP receiver; one that is null is off.</summary>
internal sealed record OtlpProtocolsOptions
{
    /// <summary>OTLP/gRPC.</summary>
    [Option]
    public GrpcReceiverOptions? Grpc { get; init; }

    /// <summary>OTLP/HTTP: POST /v1/traces.</summary>
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
}
