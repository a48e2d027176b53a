using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Baton.Testing.Sink;

/// <summary>Both transports' framing: a request read whole, an answer written as the transport wants it.</summary>
internal static class SinkProtocol
{
    private const int PrefixLength = 5;

    /// <summary>By content type.</summary>
    public static OtlpTransport TransportOf(HttpContext context) =>
        context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) is true ? OtlpTransport.Grpc : OtlpTransport.Http;

    /// <summary>Reads the request; null where it is none that OTLP knows.</summary>
    /// <exception cref="InvalidDataException">The frame or its compression is broken.</exception>
    public static async Task<RecordedRequest?> ReadAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var grpc = TransportOf(context) == OtlpTransport.Grpc;
        if (SignalOf(path, grpc) is not { } signal || !HttpMethods.IsPost(context.Request.Method))
            return null;

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        ReadOnlyMemory<byte> body = buffer.ToArray();
        var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        var encoding = headers.GetValueOrDefault(grpc ? "grpc-encoding" : "content-encoding", "identity");
        if (grpc)
            (body, encoding) = Unframe(body, encoding);
        return new RecordedRequest
        {
            Signal = signal,
            Transport = grpc ? OtlpTransport.Grpc : OtlpTransport.Http,
            Headers = headers,
            Encoding = encoding,
            Body = body,
            Payload = ProtobufOf(RecordedRequest.Decode(body, encoding), headers),
        };
    }

    /// <summary>Writes the answer, or breaks what it says shall break.</summary>
    public static Task WriteAsync(HttpContext context, OtlpTransport transport, SinkAnswer answer)
    {
        if (answer.Reset != SinkReset.None)
            return Break(context, answer.Reset);
        return transport == OtlpTransport.Grpc ? WriteGrpcAsync(context.Response, answer) : WriteHttpAsync(context.Response, answer);
    }

    /// <summary>The message with the five-byte prefix of gRPC: compressed flag, big-endian length.</summary>
    public static byte[] Frame(ReadOnlyMemory<byte> message, bool compressed)
    {
        var frame = new byte[PrefixLength + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsMemory(PrefixLength));
        return frame;
    }

    /// <summary>The path of a signal's export call.</summary>
    public static string PathOf(OtlpSignal signal, OtlpTransport transport)
    {
        var (plural, singular) = signal switch
        {
            OtlpSignal.Traces => ("traces", "Trace"),
            OtlpSignal.Metrics => ("metrics", "Metrics"),
            _ => ("logs", "Logs"),
        };
        return transport == OtlpTransport.Http
            ? $"/v1/{plural}"
            : $"/opentelemetry.proto.collector.{singular.ToLowerInvariant()}.v1.{singular}Service/Export";
    }

    private static ReadOnlyMemory<byte> ProtobufOf(ReadOnlyMemory<byte> payload, Dictionary<string, string> headers)
    {
        if (!headers.GetValueOrDefault("content-type", "").StartsWith("application/json", StringComparison.Ordinal))
            return payload;
        return OtlpJson.ParseTraces(payload.Span).ToByteArray();
    }

    private static OtlpSignal? SignalOf(string path, bool grpc)
    {
        foreach (var signal in Enum.GetValues<OtlpSignal>())
        {
            if (path == PathOf(signal, grpc ? OtlpTransport.Grpc : OtlpTransport.Http))
                return signal;
        }
        return null;
    }

    private static (ReadOnlyMemory<byte> Message, string Encoding) Unframe(ReadOnlyMemory<byte> frame, string encoding)
    {
        if (frame.Length < PrefixLength || BinaryPrimitives.ReadInt32BigEndian(frame.Span[1..]) != frame.Length - PrefixLength)
            throw new InvalidDataException($"A body of {frame.Length} bytes is not one gRPC message.");
        return (frame[PrefixLength..], frame.Span[0] == 1 ? encoding : "identity");
    }

    private static async Task WriteGrpcAsync(HttpResponse response, SinkAnswer answer)
    {
        response.ContentType = "application/grpc";
        if (answer.GrpcStatus == StatusCode.OK)
            await response.Body.WriteAsync(Frame(answer.Response, compressed: false));
        response.AppendTrailer("grpc-status", ((int)answer.GrpcStatus).ToString());
        if (answer.GrpcStatus == StatusCode.OK)
            return;
        response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Message));
        response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(answer.Status()).TrimEnd('='));
    }

    private static async Task WriteHttpAsync(HttpResponse response, SinkAnswer answer)
    {
        response.StatusCode = answer.HttpStatus;
        response.ContentType = "application/x-protobuf";
        if (answer.RetryAfterHeader is { } header)
            response.Headers.RetryAfter = header;
        else if (answer.RetryAfter is { } delay)
            response.Headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString();
        if (answer.JsonResponse is { } json)
        {
            response.ContentType = "application/json";
            await response.WriteAsync(json);
            return;
        }
        await response.Body.WriteAsync(answer.HttpStatus == 200 ? answer.Response : answer.Status());
    }

    private static Task Break(HttpContext context, SinkReset reset)
    {
        if (reset == SinkReset.Connection)
        {
            // Lingering off makes the close a TCP RST.
            if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
                connection.Socket.LingerState = new LingerOption(true, 0);
            context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        }
        context.Abort();
        return Task.CompletedTask;
    }
}
