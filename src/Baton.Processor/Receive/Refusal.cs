using System.Globalization;
using System.Text.Json;
using Baton.Processor.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Baton.Processor.Receive;

/// <summary>
/// Why a request was not taken, in the terms of both transports. With <see cref="RetryAfter"/> the sender is to try again
/// (OTLP specification, "Failures": RetryInfo over gRPC, Retry-After over HTTP); without, the data is refused for good.
/// </summary>
internal sealed class Refusal
{
    private const string RetryInfoTypeUrl = "type.googleapis.com/google.rpc.RetryInfo";

    /// <param name="code">The gRPC status.</param>
    /// <param name="httpStatus">The HTTP status.</param>
    /// <param name="reason">The label value under which it is counted.</param>
    /// <param name="message">What was wrong, where, and what to do.</param>
    /// <param name="retryDelay">Whole seconds after which to try again; null: never.</param>
    /// <param name="malformed">The request itself is undecodable or too large.</param>
    public Refusal(StatusCode code, int httpStatus, string reason, string message, int? retryDelay = null, bool malformed = false)
    {
        Code = code;
        HttpStatus = httpStatus;
        Reason = reason;
        IsMalformed = malformed;
        Message = message;
        RetryAfter = retryDelay?.ToString(CultureInfo.InvariantCulture);
        CodeText = ((int)code).ToString(CultureInfo.InvariantCulture);
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        if (retryDelay is { } seconds)
        {
            var retry = new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) };
            status.Details.Add(new Any { TypeUrl = RetryInfoTypeUrl, Value = retry.ToByteString() });
        }
        Status = status.ToByteArray();
        StatusJson = JsonOf(status, retryDelay);
    }

    /// <summary>The gRPC status.</summary>
    public StatusCode Code { get; }

    /// <summary><see cref="Code"/> as the header's value.</summary>
    public string CodeText { get; }

    /// <summary>The HTTP status.</summary>
    public int HttpStatus { get; }

    /// <summary>The label value under which it is counted.</summary>
    public string Reason { get; }

    /// <summary>True where the request itself is undecodable or too large.</summary>
    public bool IsMalformed { get; }

    /// <summary>What was wrong, where, and what to do.</summary>
    public string Message { get; }

    /// <summary>Whole seconds, as the Retry-After header's value; null where the refusal is for good.</summary>
    public string? RetryAfter { get; }

    /// <summary>The serialized google.rpc.Status: the body over HTTP, grpc-status-details-bin over gRPC.</summary>
    public byte[] Status { get; }

    /// <summary>The same in JSON, for senders of JSON.</summary>
    public byte[] StatusJson { get; }

    private static byte[] JsonOf(Google.Rpc.Status status, int? retryDelay)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ProtobufToJson.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("code"u8, status.Code);
            json.WriteString("message"u8, status.Message);
            if (retryDelay is { } seconds)
            {
                json.WriteStartArray("details"u8);
                json.WriteStartObject();
                json.WriteString("@type"u8, RetryInfoTypeUrl);
                json.WriteString("retryDelay"u8, string.Create(CultureInfo.InvariantCulture, $"{seconds}s"));
                json.WriteEndObject();
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
