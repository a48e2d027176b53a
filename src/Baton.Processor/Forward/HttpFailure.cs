using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Baton.Processor.Json;
using Baton.Processor.Receive;
using Google.Protobuf;

namespace Baton.Processor.Forward;

/// <summary>What an answer over HTTP means for the request: OTLP 1.11, "OTLP/HTTP response".</summary>
internal static class HttpFailure
{
    // A response holds at most a partial success, or a status; what is longer is somebody else's page.
    private const int MaxBodyBytes = 64 << 10;
    private const int ShownCharacters = 300;

    /// <summary>Reads and classifies an answer.</summary>
    public static async Task<ExportResult> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellation)
    {
        var body = await ReadBodyAsync(response, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return IsJson(response) ? ReadJson(body)
                : IsProtobuf(response) ? ExportMethods.ReadResponse(new ReadOnlySequence<byte>(body))
                : ExportResult.Accepted;
        }
        return new ExportResult(IsRetryable(response.StatusCode) ? ExportOutcome.Retryable : ExportOutcome.Permanent)
        {
            Kind = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}"),
            Message = MessageOf(response, body),
            RetryAfter = RetryAfterOf(response, time),
            MayConcernOnePart = response.StatusCode is
                HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity or
                HttpStatusCode.InternalServerError,
            MayConcernEncoding = response.StatusCode == HttpStatusCode.UnsupportedMediaType,
        };
    }

    // "OTLP/HTTP Retryable Response Codes"; every other one must not be retried.
    private static bool IsRetryable(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // Seconds, or a date (RFC 9110, 10.2.3). The date is the server's clock; a past one means now.
    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } => date - (response.Headers.Date ?? time.GetUtcNow()) is var pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero,
        _ => null,
    };

    private static string MessageOf(HttpResponseMessage response, byte[] body)
    {
        if (IsProtobuf(response))
        {
            try
            {
                return Google.Rpc.Status.Parser.ParseFrom(body).Message;
            }
            catch (InvalidProtocolBufferException)
            {
                return response.ReasonPhrase ?? "";
            }
        }
        if (IsJson(response) && StatusOf(body) is { } message) return message;
        var text = Encoding.UTF8.GetString(body).ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? response.ReasonPhrase ?? "" : text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "…";
    }

    // The three signals' responses have the same fields. The status said OK, so a body that cannot be read changes nothing.
    private static ExportResult ReadJson(byte[] body)
    {
        var protobuf = new PooledBytes(new Admission(MaxBodyBytes));
        try
        {
            return JsonToProtobuf.Convert(body, JsonMessage.TracesResponse, protobuf) is null
                ? ExportMethods.ReadResponse(new ReadOnlySequence<byte>(protobuf.Written))
                : ExportResult.Accepted;
        }
        finally
        {
            protobuf.Release();
        }
    }

    private static string? StatusOf(byte[] body)
    {
        try
        {
            using var status = JsonDocument.Parse(body);
            return status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out var message) ? message.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsJson(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == HttpAnswer.Json;

    private static bool IsProtobuf(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == HttpAnswer.Protobuf;

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength == 0) return [];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[MaxBodyBytes];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return body[..length];
    }
}
