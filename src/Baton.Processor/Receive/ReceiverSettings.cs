using Baton.Processor.Configuration;

namespace Baton.Processor.Receive;

/// <summary>Where Baton takes OTLP, and how much of it at a time.</summary>
internal sealed record ReceiverSettings
{
    /// <summary>The default of both size limits, 64 MiB: four times what the Collector takes by default, and far above what any SDK sends at once.</summary>
    public const int DefaultMaxMessageBytes = 64 << 20;

    /// <summary>Where OTLP/gRPC is taken; null: nowhere.</summary>
    public ListenAddress? Grpc { get; init; }

    /// <summary>Where OTLP/HTTP is taken; null: nowhere.</summary>
    public ListenAddress? Http { get; init; }

    /// <summary>The largest gRPC message, in bytes after decompression; above 0.</summary>
    public int GrpcMaxMessageBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>The largest HTTP body, in bytes after decompression; above 0.</summary>
    public int HttpMaxBodyBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>
    /// Bytes that all requests in flight may hold together, as they came and decompressed. What does not fit is refused retryably.
    /// Default 256 MiB: two of the largest requests at once, or some hundred ordinary ones.
    /// </summary>
    public long MaxInFlightBytes { get; init; } = 256L << 20;

    /// <summary>
    /// How often the progress of unfinished bodies is looked at: one that brought less than <see cref="MinBytesPerSecond"/> in a whole period is given up.
    /// Default 5 s: longer than a lost packet takes to be sent again.
    /// </summary>
    public TimeSpan StallPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The slowest sender that is still waited for. Default 240: slower than any modem.</summary>
    public int MinBytesPerSecond { get; init; } = 240;
}
