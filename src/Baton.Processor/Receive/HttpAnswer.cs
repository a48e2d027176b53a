using System.Buffers;
using System.Text.Json;
using Baton.Processor.Journal;
using Baton.Processor.Json;
using Google.Protobuf;

namespace Baton.Processor.Receive;

/// <summary>
/// Writes an OTLP/HTTP answer, in the encoding of the request. The body of every failure is a google.rpc.Status (OTLP specification,
/// "OTLP/HTTP Response").
/// </summary>
internal static class HttpAnswer
{
    /// <summary>The media type of protobuf.</summary>
    public const string Protobuf = "application/x-protobuf";

    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>200, with the response message; null for an empty one.</summary>
    public static void Accept(HttpResponse response, EntryKind kind, IMessage? message, bool json)
    {
        var bytes = message is null ? [] : message.ToByteArray();
        Write(response, json ? Convert(bytes, kind) : bytes, json);
    }

    /// <summary>The failure.</summary>
    public static void Refuse(HttpResponse response, Refusal refusal, bool json)
    {
        response.StatusCode = refusal.HttpStatus;
        if (refusal.HttpStatus == StatusCodes.Status405MethodNotAllowed)
            response.Headers.Allow = "POST";
        if (refusal.HttpStatus == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (refusal.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds;
        Write(response, json ? refusal.StatusJson : refusal.Status, json);
    }

    private static byte[] Convert(byte[] response, EntryKind kind)
    {
        if (response.Length == 0) return "{}"u8.ToArray();
        var type = kind switch
        {
            EntryKind.Metrics => JsonMessage.MetricsResponse,
            EntryKind.Logs => JsonMessage.LogsResponse,
            _ => JsonMessage.TracesResponse,
        };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ProtobufToJson.Options))
            ProtobufToJson.TryWrite(response, type, json);
        return buffer.ToArray();
    }

    private static void Write(HttpResponse response, byte[] body, bool json)
    {
        response.ContentType = json ? Json : Protobuf;
        response.ContentLength = body.Length;
        if (body.Length > 0)
            response.BodyWriter.Write(body);
    }
}
