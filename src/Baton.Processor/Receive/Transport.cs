using Baton.Processor.Telemetry;
using Prometheus;

namespace Baton.Processor.Receive;

/// <summary>What differs between gRPC and HTTP beyond their framing: the size limit, and under which label they are counted.</summary>
internal sealed class Transport
{
    private readonly string _name;
    private readonly PipelineMetrics _metrics;
    private readonly Counter.Child _accepted;
    private readonly Counter.Child _refused;
    private readonly Counter.Child _malformed;

    private Transport(string name, int maxBytes, string option, PipelineMetrics metrics)
    {
        _name = name;
        _metrics = metrics;
        _accepted = metrics.ReceiverAcceptedSpans.With(name);
        _refused = metrics.ReceiverRefusedSpans.With(name);
        _malformed = metrics.ReceiverMalformedRequests.With(name);
        MaxBytes = maxBytes;
        TooLarge = Refusals.TooLarge(maxBytes, option);
    }

    /// <summary>The largest request, in bytes after decompression.</summary>
    public int MaxBytes { get; }

    /// <summary>Refuses a request that is larger.</summary>
    public Refusal TooLarge { get; }

    /// <summary>OTLP/gRPC.</summary>
    public static Transport Grpc(ReceiverSettings settings, PipelineMetrics metrics) =>
        new("grpc", settings.GrpcMaxMessageBytes, "receivers.otlp.protocols.grpc.max_recv_msg_size_mib", metrics);

    /// <summary>OTLP/HTTP.</summary>
    public static Transport Http(ReceiverSettings settings, PipelineMetrics metrics) =>
        new("http", settings.HttpMaxBodyBytes, "receivers.otlp.protocols.http.max_request_body_size", metrics);

    /// <summary>Why a body that did not arrive is refused.</summary>
    public Refusal Refusal(BodyEnd end) => end switch
    {
        BodyEnd.TooLarge => TooLarge,
        BodyEnd.NoMemory => Refusals.NoMemory,
        BodyEnd.Stalled => Refusals.Stalled,
        _ => Refusals.Broken,
    };

    /// <summary>Why a body that could not be decompressed is refused.</summary>
    public Refusal Refusal(DecompressionEnd end) => end switch
    {
        DecompressionEnd.TooLarge => TooLarge,
        DecompressionEnd.NoMemory => Refusals.NoMemory,
        _ => Refusals.NotCompressed,
    };

    /// <summary>Counts spans that are about to be acknowledged.</summary>
    public void CountAccepted(int spans) => _accepted.Inc(spans);

    /// <summary>Counts spans that were not taken.</summary>
    public void CountRefused(int spans) => _refused.Inc(spans);

    /// <summary>Counts a request that was not taken.</summary>
    public void Count(Refusal refusal)
    {
        _metrics.ReceiverRefusedRequests.With(_name, refusal.Reason).Inc();
        if (refusal.IsMalformed)
            _malformed.Inc();
    }
}
