using System.Globalization;

namespace Baton.Load.Wire;

/// <summary>Answers a gRPC call on the HTTP/2 response itself: message, then status as a trailer.</summary>
internal static class GrpcAnswer
{
    public const int InvalidArgument = 3;

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal);

    public static async Task OkAsync(HttpResponse response, ReadOnlyMemory<byte> frame)
    {
        response.ContentType = "application/grpc";
        await response.BodyWriter.WriteAsync(frame);
        response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Without a message the status may stand in the headers; that is gRPC's "trailers only".</summary>
    public static Task FailedAsync(HttpResponse response, int status, string? message)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = status.ToString(CultureInfo.InvariantCulture);
        if (message is not null) response.Headers["grpc-message"] = Uri.EscapeDataString(message);
        return Task.CompletedTask;
    }
}
