using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Baton.Processor.Forward;

/// <summary>What a failed gRPC call means for the request: OTLP 1.11, "OTLP/gRPC response", Failures.</summary>
internal static class GrpcFailure
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Classifies a failure.</summary>
    public static ExportResult Classify(RpcException failure)
    {
        var retryAfter = RetryDelay(failure.Trailers);
        return new ExportResult(IsRetryable(failure.Status, retryAfter) ? ExportOutcome.Retryable : ExportOutcome.Permanent)
        {
            Kind = NameOf(failure.StatusCode),
            Message = Describe(failure.Status),
            RetryAfter = retryAfter,
            TimedOut = failure.StatusCode == StatusCode.DeadlineExceeded,
            MayConcernOnePart = failure.StatusCode is
                StatusCode.InvalidArgument or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition or
                StatusCode.Internal or StatusCode.Unknown,
            // gRPC's compression.md: a server answers so to a compression that it does not know.
            MayConcernEncoding = failure.StatusCode == StatusCode.Unimplemented,
        };
    }

    private static bool IsRetryable(Grpc.Core.Status status, TimeSpan? retryAfter) => status.StatusCode switch
    {
        StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Aborted => true,
        StatusCode.OutOfRange or StatusCode.Unavailable or StatusCode.DataLoss => true,
        StatusCode.ResourceExhausted when retryAfter is not null => true,
        // The client made the status up, because the connection or the stream broke: that says nothing about the data.
        _ => status.DebugException is not null,
    };

    /// <summary>The delay of RetryInfo in google.rpc.Status, which OTLP servers send as a trailer; null without one.</summary>
    private static TimeSpan? RetryDelay(Metadata trailers)
    {
        if (trailers.GetValueBytes(DetailsTrailer) is not { } details) return null;
        try
        {
            foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(details).Details)
            {
                if (detail.TryUnpack<RetryInfo>(out var info)) return info.RetryDelay?.ToTimeSpan() ?? TimeSpan.Zero;
            }
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or InvalidOperationException or OverflowException)
        {
            // The status itself is what counts; its details are a courtesy.
        }
        return null;
    }

    private static string Describe(Grpc.Core.Status status)
    {
        var cause = status.DebugException;
        while (cause?.InnerException is { } inner) cause = inner;
        return cause is null ? status.Detail : cause.Message;
    }

    // As in the gRPC specification and in other implementations' logs.
    private static string NameOf(StatusCode code) => code switch
    {
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.Unknown => "UNKNOWN",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        _ => "status " + (int)code,
    };
}
