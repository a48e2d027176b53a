using System.Buffers;
using Google.Protobuf;

namespace Baton.Processor.Receive;

/// <summary>Writes an OTLP/HTTP answer. The body of every failure is a google.rpc.Status (OTLP specification, "OTLP/HTTP Response").</summary>
internal static class HttpAnswer
{
    private const string ContentType = "application/x-protobuf";

    /// <summary>200, with the response message; null for an empty one.</summary>
    public static void Accept(HttpResponse response, IMessage? message) => Write(response, message is null ? [] : message.ToByteArray());

    /// <summary>The failure.</summary>
    public static void Refuse(HttpResponse response, Refusal refusal)
    {
        response.StatusCode = refusal.HttpStatus;
        if (refusal.HttpStatus == StatusCodes.Status405MethodNotAllowed)
            response.Headers.Allow = "POST";
        if (refusal.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds;
        Write(response, refusal.Status);
    }

    private static void Write(HttpResponse response, byte[] body)
    {
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (body.Length > 0)
            response.BodyWriter.Write(body);
    }
}
