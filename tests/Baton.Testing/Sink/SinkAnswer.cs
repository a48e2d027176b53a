using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Testing.Sink;

/// <summary>
/// What the sink does with one request. One answer serves both transports: a gRPC status for the one, an HTTP status for the other.
/// </summary>
public sealed record SinkAnswer
{
    /// <summary>Success, nothing rejected.</summary>
    public static SinkAnswer Ok { get; } = new();

    /// <summary>The request is taken, but its connection breaks before the answer: a sender will repeat it.</summary>
    public static SinkAnswer TakenThenConnectionReset { get; } = new() { Reset = SinkReset.Connection };

    /// <summary>The connection breaks (TCP RST) and the request is not taken.</summary>
    public static SinkAnswer ConnectionReset { get; } = new() { Reset = SinkReset.Connection, Taken = false };

    /// <summary>Only this request's HTTP/2 stream is reset (on HTTP/1.1: its connection), and it is not taken.</summary>
    public static SinkAnswer StreamReset { get; } = new() { Reset = SinkReset.Stream, Taken = false };

    /// <summary>The status over gRPC.</summary>
    public StatusCode GrpcStatus { get; init; } = StatusCode.OK;

    /// <summary>The status over HTTP.</summary>
    public int HttpStatus { get; init; } = 200;

    /// <summary>grpc-message, and the message of google.rpc.Status.</summary>
    public string Message { get; init; } = "";

    /// <summary>RetryInfo in the status details, and Retry-After (whole seconds, rounded up) over HTTP.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Retry-After as it shall stand in the header, such as a date; instead of <see cref="RetryAfter"/>.</summary>
    public string? RetryAfterHeader { get; init; }

    /// <summary>The serialized Export…ServiceResponse of a success.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>Over HTTP, a success whose response is this, in JSON.</summary>
    public string? JsonResponse { get; init; }

    /// <summary>The sink answers no earlier than this completes.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    /// <summary>The sink answers no earlier than this after arrival.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What breaks instead of an answer.</summary>
    public SinkReset Reset { get; init; }

    /// <summary>Whether the request's spans count as arrived.</summary>
    public bool Taken { get; init; } = true;

    /// <summary>A refusal.</summary>
    public static SinkAnswer Refuse(StatusCode grpcStatus, int httpStatus, string message = "refused by the script", TimeSpan? retryAfter = null) =>
        new() { GrpcStatus = grpcStatus, HttpStatus = httpStatus, Message = message, RetryAfter = retryAfter, Taken = false };

    /// <summary>UNAVAILABLE / 503.</summary>
    public static SinkAnswer Unavailable(TimeSpan? retryAfter = null) =>
        Refuse(StatusCode.Unavailable, 503, "not now", retryAfter);

    /// <summary>RESOURCE_EXHAUSTED / 429: over gRPC retryable only with <paramref name="retryAfter"/>.</summary>
    public static SinkAnswer Exhausted(TimeSpan? retryAfter = null) =>
        Refuse(StatusCode.ResourceExhausted, 429, "too much", retryAfter);

    /// <summary>INVALID_ARGUMENT / 400: permanent.</summary>
    public static SinkAnswer Invalid(string message = "not acceptable") => Refuse(StatusCode.InvalidArgument, 400, message);

    /// <summary>Success, of which <paramref name="rejected"/> spans (or data points, or records) were not taken.</summary>
    public static SinkAnswer Partial(long rejected, string message) => new() { Response = PartialSuccess(rejected, message) };

    /// <summary>google.rpc.Status as the trailer grpc-status-details-bin and the body of an HTTP error carry it.</summary>
    internal byte[] Status()
    {
        var status = new Google.Rpc.Status { Code = (int)GrpcStatus, Message = Message };
        if (RetryAfter is { } delay)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        return status.ToByteArray();
    }

    // The three signals' responses have the same field numbers.
    private static byte[] PartialSuccess(long rejected, string message) => new ExportTraceServiceResponse
    {
        PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = rejected, ErrorMessage = message },
    }.ToByteArray();
}

/// <summary>What breaks instead of an answer.</summary>
public enum SinkReset
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The stream of this request.</summary>
    Stream,

    /// <summary>The whole connection.</summary>
    Connection,
}
