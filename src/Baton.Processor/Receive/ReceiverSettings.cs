using System.Numerics;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Receive;

/// <summary>Where Baton takes OTLP, and how much of it at a time.</summary>
internal sealed record ReceiverSettings
{
    /// <summary>The default of both size limits, 64 MiB: four times what the Collector takes by default, and far above what any SDK sends at once.</summary>
    public const int DefaultMaxMessageBytes = 64 << 20;

    private readonly long? _maxInFlightBytes;

    /// <summary>Where OTLP/gRPC is taken; null: nowhere.</summary>
    public ListenAddress? Grpc { get; init; }

    /// <summary>Where OTLP/HTTP is taken; null: nowhere.</summary>
    public ListenAddress? Http { get; init; }

    /// <summary>Transport security of OTLP/gRPC; null: plain text.</summary>
    public TlsServerOptions? GrpcTls { get; init; }

    /// <summary>Transport security of OTLP/HTTP; null: plain text.</summary>
    public TlsServerOptions? HttpTls { get; init; }

    /// <summary>The file with the tokens that senders may have; null: nobody is asked.</summary>
    public string? BearerTokenFile { get; init; }

    /// <summary>Which pages may send from a browser; null: none.</summary>
    public CorsOptions? Cors { get; init; }

    /// <summary>Calls at the same time on one gRPC connection.</summary>
    public int MaxConcurrentStreams { get; init; } = 100;

    /// <summary>The largest gRPC message, in bytes after decompression; above 0.</summary>
    public int GrpcMaxMessageBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>The largest HTTP body, in bytes after decompression; above 0.</summary>
    public int HttpMaxBodyBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>
    /// Bytes that all requests in flight may hold together: as they came, decompressed, and while a buffer grows. What does not fit is refused retryably.
    /// Four times the largest request, so that one such request always fits; 256 MiB where the limits are the defaults, which is some hundred ordinary requests.
    /// </summary>
    public long MaxInFlightBytes
    {
        get => _maxInFlightBytes ?? Math.Max(4L * DefaultMaxMessageBytes, 4L * (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(GrpcMaxMessageBytes, HttpMaxBodyBytes)));
        init => _maxInFlightBytes = value;
    }

    /// <summary>
    /// How often the progress of unfinished bodies is looked at: one that brought less than <see cref="MinBytesPerSecond"/> in a whole period is given up.
    /// Default 5 s: longer than a lost packet takes to be sent again.
    /// </summary>
    public TimeSpan StallPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The slowest sender that is still waited for. Default 240: slower than any modem.</summary>
    public int MinBytesPerSecond { get; init; } = 240;

    /// <summary>The settings of a configuration.</summary>
    public static ReceiverSettings From(OtlpReceiverOptions options)
    {
        var (grpc, http) = (options.Protocols.Grpc, options.Protocols.Http);
        return new ReceiverSettings
        {
            Grpc = grpc?.Endpoint,
            Http = http?.Endpoint,
            GrpcTls = grpc?.Tls,
            HttpTls = http?.Tls,
            BearerTokenFile = options.Auth?.BearerTokenFile,
            Cors = http?.Cors,
            MaxConcurrentStreams = grpc?.MaxConcurrentStreams ?? 100,
            GrpcMaxMessageBytes = grpc is null ? DefaultMaxMessageBytes : grpc.MaxRecvMsgSizeMib << 20,
            HttpMaxBodyBytes = http is null ? DefaultMaxMessageBytes : (int)http.MaxRequestBodySize.Bytes,
        };
    }
}
