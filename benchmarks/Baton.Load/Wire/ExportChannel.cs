using System.Net;

namespace Baton.Load.Wire;

/// <summary>How one Export call ended: gRPC's status (0 is OK), its message, and the response message's bytes.</summary>
internal readonly record struct ExportReply(int Status, string? Message, ReadOnlyMemory<byte> Response);

/// <summary>
/// OTLP/gRPC Export calls on one HTTP/2 connection of its own, without a gRPC library: the frame goes out as it is given.
/// Any number of calls may be in flight.
/// </summary>
internal sealed class ExportChannel : IDisposable
{
    public const string TracePath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const int Unavailable = 14;
    private const int Unknown = 2;

    private readonly HttpMessageInvoker _http;
    private readonly Uri _uri;

    public ExportChannel(string endpoint)
    {
        _uri = new Uri($"http://{endpoint}{TracePath}");
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        });
    }

    /// <summary>Sends one frame. A connection that fails is an UNAVAILABLE reply, not an exception.</summary>
    public async Task<ExportReply> SendAsync(ReadOnlyMemory<byte> frame, string? encoding, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new FrameContent(frame),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null) request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        try
        {
            using var response = await _http.SendAsync(request, stop);
            var body = await ReadAsync(response.Content, stop);
            return Reply(response, body);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new ExportReply(Unavailable, failure.Message, default);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken stop)
    {
        // Trailers are there only once the body was read to its end.
        using var stream = await content.ReadAsStreamAsync(stop);
        var buffer = new byte[64];
        int filled = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled), stop);
            if (read == 0) return buffer.AsMemory(0, filled);
            filled += read;
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static ExportReply Reply(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        if (response.StatusCode != HttpStatusCode.OK) return new ExportReply(Unknown, $"HTTP status {(int)response.StatusCode}", default);
        string? status = Header(response, "grpc-status");
        if (!int.TryParse(status, out int code)) return new ExportReply(Unknown, "the answer has no grpc-status", default);
        if (code != 0) return new ExportReply(code, Header(response, "grpc-message"), default);
        return GrpcFrame.TryUnwrap(body, out var message, out _)
            ? new ExportReply(0, null, message)
            : new ExportReply(Unknown, "the answer is not one gRPC message", default);
    }

    /// <summary>In the trailers; or in the headers, where the server had nothing else to say.</summary>
    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.NonValidated.TryGetValues(name, out var values)
        || response.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    /// <summary>The frame as HTTP content without a length header, because gRPC senders do not announce one either.</summary>
    private sealed class FrameContent : HttpContent
    {
        private readonly ReadOnlyMemory<byte> _frame;

        public FrameContent(ReadOnlyMemory<byte> frame)
        {
            _frame = frame;
            Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(_frame).AsTask();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            stream.WriteAsync(_frame, cancellationToken).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
