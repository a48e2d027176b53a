using System.IO.Compression;
using System.Net.Http.Headers;
using Baton.Testing;
using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Grpc.Core;
using Grpc.Net.Client;

namespace Baton.EndToEnd.Tests;

/// <summary>Every protobuf request of the captures, through the real process: what comes out is what went in, byte for byte.</summary>
public sealed class CapturesPassTests
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> Export =
        new(MethodType.Unary, "opentelemetry.proto.collector.trace.v1.TraceService", "Export", Raw, Raw);

    private static readonly IReadOnlyList<byte[]> Requests =
        [.. Captures.All.SelectMany(scenario => scenario.Requests).Where(request => !request.IsJson).Select(request => request.Body.ToArray())];

    [Fact]
    public async Task Every_capture_passes_byte_for_byte_over_http_plain_and_compressed_and_over_grpc()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var baton = await BatonProcess.StartAsync($$"""
            exporters:
              otlp/sink: { endpoint: {{sink.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
            routing: { default: [otlp/sink] }
            """);
        using var http = new HttpClient();
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);

        foreach (var request in Requests)
        {
            await PostAsync(http, baton, new ByteArrayContent(request), null);
            await PostAsync(http, baton, new ByteArrayContent(Gzip(request)), "gzip");
            var answer = await channel.CreateCallInvoker().AsyncUnaryCall(Export, null, new CallOptions(cancellationToken: Cancellation), request);
            Assert.Empty(answer);
        }

        var sent = Requests.SelectMany(request => Fingerprints(RecordedSpan.ReadAll(request))).ToList();
        await sink.WaitForSpansAsync(3 * sent.Count);
        Assert.Equal(sent.Concat(sent).Concat(sent).Order(), Fingerprints(sink.Spans).Order());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task PostAsync(HttpClient http, BatonProcess baton, ByteArrayContent content, string? encoding)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        using var answer = await http.PostAsync(new Uri(baton.HttpEndpoint, "/v1/traces"), content, Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return compressed.ToArray();
    }

    private static IEnumerable<string> Fingerprints(IEnumerable<RecordedSpan> spans) => spans.Select(span => string.Join(
        '|', Convert.ToHexString(span.Bytes.Span), Convert.ToHexString(span.ResourceBytes.Span), Convert.ToHexString(span.ScopeBytes.Span),
        span.ResourceSchemaUrl, span.ScopeSchemaUrl));
}
