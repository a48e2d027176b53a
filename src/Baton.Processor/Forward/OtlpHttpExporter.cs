using System.Net;
using System.Net.Http.Headers;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.Receive;

namespace Baton.Processor.Forward;

/// <summary>The exporter <c>otlphttp</c>: one POST per request, its payload written as it stands in the journal (OTLP 1.11, "OTLP/HTTP").</summary>
internal sealed class OtlpHttpExporter : IExporter
{
    private readonly HttpClient _client;
    private readonly OtlpHttpExporterOptions _options;
    private readonly TimeProvider _time;
    // By OtlpSignal's value.
    private readonly Uri[] _urls;

    /// <summary>Prepares the client; the first request connects.</summary>
    public OtlpHttpExporter(OtlpHttpExporterOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        string[] paths = ["/v1/traces", "/v1/metrics", "/v1/logs"];
        _urls = [.. paths.Select(path => ClientConnection.NameOf(options.Endpoint.Below(path), options))];
        _client = ClientConnection.Open(options.Endpoint.Uri, options);
    }

    /// <inheritdoc/>
    public async Task<ExportResult> ExportAsync(ExportRequest request, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        using var json = _options.Encoding == HttpEncoding.Json ? PayloadJson.Convert(request) : null;
        if (json is null && _options.Encoding == HttpEncoding.Json) return PayloadJson.NotOtlp;
        using var packed = _options.Compression.Pack(json ?? request);
        try
        {
            using var message = MessageOf(packed ?? json ?? request);
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, end.Token);
            return await HttpFailure.ReadAsync(response, _time, end.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new ExportResult(ExportOutcome.Retryable) { Kind = "timeout", Message = "no answer came within the timeout", TimedOut = true };
        }
        catch (OperationCanceledException)
        {
            return new ExportResult(ExportOutcome.Retryable) { Kind = "cancelled" };
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new ExportResult(ExportOutcome.Retryable) { Kind = "connection", Message = broken.GetBaseException().Message };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage MessageOf(ExportRequest request)
    {
        var content = new PayloadContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue(_options.Encoding == HttpEncoding.Json ? HttpAnswer.Json : HttpAnswer.Protobuf);
        if (request.Encoding != PayloadEncoding.Identity) content.Headers.ContentEncoding.Add(ContentCoding.NameOf(request.Encoding));
        var message = new HttpRequestMessage(HttpMethod.Post, _urls[(int)request.Signal])
        {
            Content = content,
            Version = HttpVersion.Version11,
            // Over TLS a server may prefer HTTP/2; in plain text nobody can say so.
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
        };
        foreach (var (name, value) in _options.Headers) message.Headers.TryAddWithoutValidation(name, value.Reveal());
        return message;
    }

    /// <summary>The payloads, written into the connection's own buffers.</summary>
    private sealed class PayloadContent(ExportRequest request) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var writer = System.IO.Pipelines.PipeWriter.Create(stream, new(minimumBufferSize: 64 << 10, leaveOpen: true));
            if (!request.TryWriteTo(writer)) throw new OperationCanceledException("The request has been released.");
            await writer.FlushAsync(cancellationToken);
            await writer.CompleteAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = request.Length;
            return true;
        }
    }
}
