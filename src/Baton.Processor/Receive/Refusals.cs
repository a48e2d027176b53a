using Baton.Processor.Journal;
using Grpc.Core;

namespace Baton.Processor.Receive;

/// <summary>Every reason for which a request is not taken. Those under overload are made once: refusing must be cheap.</summary>
internal static class Refusals
{
    /// <summary>Baton is stopping; another instance, or this one in a moment, takes the data.</summary>
    public static readonly Refusal Stopping = Retry("stopping", "Baton is stopping. Send the request again.", 1);

    /// <summary>The memory for requests in flight is used up.</summary>
    public static readonly Refusal NoMemory = Retry(
        "memory", "The requests in flight hold as much memory as they may. Send the request again, or smaller ones.", 1);

    /// <summary>The journal has reached its size limit, or its disk is full.</summary>
    public static readonly Refusal JournalFull = Retry(
        "journal_full", "The journal is full: its exporters do not keep up, or its disk is. Send the request again later.", 5);

    /// <summary>The journal's disk refused to store.</summary>
    public static readonly Refusal JournalFailed = Retry("journal_failed", "The journal cannot be written. Send the request again later.", 5);

    /// <summary>The sender stopped in the middle; it may well have been the network, so it may try again.</summary>
    public static readonly Refusal Stalled = Retry("stalled", "The request stopped arriving before its end. Send it again.", 1);

    /// <summary>The sender went away; hardly anybody reads this.</summary>
    public static readonly Refusal Broken = Retry("incomplete", "The request ended before its announced end. Send it again.", 1);

    /// <summary>Refused: the sender has none of the tokens. It is not told whether it had one at all.</summary>
    public static readonly Refusal Unauthenticated = new(
        StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized, "unauthenticated",
        "The request has no token that is taken here. Send the header \"authorization: Bearer TOKEN\" with a token of receivers.otlp.auth.bearer_token_file.");

    /// <summary>Refused for good: the compressed bytes are not what they should be.</summary>
    public static readonly Refusal NotCompressed = Malformed(
        "The body cannot be decompressed: it is not of the announced encoding, ends too early, fails its checksum, or something follows it.");

    /// <summary>Refused for good: the bytes are not what they should be.</summary>
    public static Refusal Malformed(string message) => new(StatusCode.InvalidArgument, StatusCodes.Status400BadRequest, "malformed", message, malformed: true);

    /// <summary>Refused for good: gRPC's own framing is broken. Stock servers answer INTERNAL.</summary>
    public static Refusal BrokenFrame(string message) => new(StatusCode.Internal, StatusCodes.Status400BadRequest, "malformed", message, malformed: true);

    /// <summary>Refused for good: larger than the limit, which counts bytes after decompression.</summary>
    public static Refusal TooLarge(int limit, string option) => new(
        StatusCode.ResourceExhausted, StatusCodes.Status413PayloadTooLarge, "too_large",
        $"The request has more than {limit} bytes after decompression. Send smaller batches, or raise {option}.", malformed: true);

    /// <summary>Refused for good: something this receiver does not speak.</summary>
    public static Refusal Unsupported(StatusCode code, int httpStatus, string message) => new(code, httpStatus, "unsupported", message);

    /// <summary>Why the journal did not store; null if it did.</summary>
    public static Refusal? Of(AppendStatus status) => status switch
    {
        AppendStatus.Stored => null,
        AppendStatus.Full => JournalFull,
        AppendStatus.Closed => Stopping,
        _ => JournalFailed,
    };

    private static Refusal Retry(string reason, string message, int seconds) =>
        new(StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, reason, message, seconds);
}
