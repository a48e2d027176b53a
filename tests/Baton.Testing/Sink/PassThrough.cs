using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Baton.Testing.Sink;

/// <summary>
/// Hands what a sink recorded on to another OTLP receiver, byte for byte, and gives that one's answer: a sink with it stands
/// before Baton and knows what the SDKs sent. Use: <c>sink.Otherwise(new PassThrough(grpc, http).ForwardAsync)</c>.
/// </summary>
public sealed class PassThrough(Uri grpcEndpoint, Uri httpEndpoint) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }, disposeHandler: true);

    /// <summary>Sends the request on; an upstream that is not there is UNAVAILABLE / 503.</summary>
    public async Task<SinkAnswer> ForwardAsync(RecordedRequest request, CancellationToken cancellation)
    {
        try
        {
            return request.Transport == OtlpTransport.Grpc
                ? await ForwardGrpcAsync(request, cancellation)
                : await ForwardHttpAsync(request, cancellation);
        }
        catch (HttpRequestException unreachable)
        {
            return SinkAnswer.Refuse(StatusCode.Unavailable, 503, unreachable.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<SinkAnswer> ForwardGrpcAsync(RecordedRequest request, CancellationToken cancellation)
    {
        var compressed = request.Encoding != "identity";
        using var message = Post(grpcEndpoint, request, SinkProtocol.Frame(request.Body, compressed), "application/grpc");
        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (compressed)
            message.Headers.Add("grpc-encoding", request.Encoding);

        using var response = await _client.SendAsync(message, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        var status = (StatusCode)int.Parse(TrailerOrHeader(response, "grpc-status") ?? ((int)StatusCode.Unknown).ToString());
        return status == StatusCode.OK
            ? SinkAnswer.Ok with { Response = body.AsMemory(5) }
            : SinkAnswer.Refuse(status, 503, Uri.UnescapeDataString(TrailerOrHeader(response, "grpc-message") ?? ""));
    }

    private async Task<SinkAnswer> ForwardHttpAsync(RecordedRequest request, CancellationToken cancellation)
    {
        using var message = Post(httpEndpoint, request, request.Body.ToArray(), "application/x-protobuf");
        if (request.Encoding != "identity")
            message.Content!.Headers.ContentEncoding.Add(request.Encoding);

        using var response = await _client.SendAsync(message, cancellation);
        return response.IsSuccessStatusCode
            ? SinkAnswer.Ok with { Response = await response.Content.ReadAsByteArrayAsync(cancellation) }
            : SinkAnswer.Refuse(StatusCode.Unavailable, (int)response.StatusCode, response.ReasonPhrase ?? "");
    }

    private static HttpRequestMessage Post(Uri endpoint, RecordedRequest request, byte[] body, string contentType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new(HttpMethod.Post, new Uri(endpoint, SinkProtocol.PathOf(request.Signal, request.Transport))) { Content = content };
    }

    private static string? TrailerOrHeader(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
            ? values.First()
            : null;
}
