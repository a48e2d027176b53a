using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using Baton.Testing;
using Baton.Testing.Processes;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.EndToEnd.Tests.Malformed;

/// <summary>The corpus of malformed requests, each to the real process: its status, its body, its counters, and nothing taken.</summary>
public sealed class MalformedTests(MalformedTests.Receiver receiver) : IClassFixture<MalformedTests.Receiver>
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private static readonly string?[] Encodings = [null, "gzip", "zstd"];
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> Export =
        new(MethodType.Unary, "opentelemetry.proto.collector.trace.v1.TraceService", "Export", Raw, Raw);

    public static TheoryData<string> Undecodable => [.. ProtobufCorpus.Undecodable.Keys];

    public static TheoryData<string> Rejected => [.. ProtobufCorpus.Rejected.Keys];

    public static TheoryData<string> UndecodableJson => [.. JsonCorpus.Undecodable.Keys];

    /// <summary>Path, content type, encoding, body, and the status, gRPC's code in the body, and the reason that is counted.</summary>
    public static TheoryData<string, string, string?, byte[], int, StatusCode, string> WrongAround => new()
    {
        { "/v1/trace", Protobuf, null, [], 404, StatusCode.Unimplemented, "unsupported" },
        { "/", Json, null, [], 404, StatusCode.Unimplemented, "unsupported" },
        { "/v1/traces", "text/plain", null, [], 415, StatusCode.InvalidArgument, "unsupported" },
        { "/v1/traces", "application/grpc", null, [], 415, StatusCode.InvalidArgument, "unsupported" },
        { "/v1/traces", Protobuf, "br", [], 415, StatusCode.InvalidArgument, "unsupported" },
        { "/v1/traces", Json, "deflate", [], 415, StatusCode.InvalidArgument, "unsupported" },
        { "/v1/traces", Protobuf, "gzip", [1, 2, 3], 400, StatusCode.InvalidArgument, "malformed" },
        { "/v1/traces", Json, "gzip", [0x1F, 0x8B, 8], 400, StatusCode.InvalidArgument, "malformed" },
        { "/v1/traces", Protobuf, "zstd", [0x28, 0xB5, 0x2F], 400, StatusCode.InvalidArgument, "malformed" },
        { "/v1/metrics", Protobuf, null, [0x0A, 0x80], 400, StatusCode.InvalidArgument, "malformed" },
        { "/v1/logs", Json, null, [.. "[]"u8], 400, StatusCode.InvalidArgument, "malformed" },
        { "/v1/traces", Protobuf, null, new byte[(1 << 20) + 1], 413, StatusCode.ResourceExhausted, "too_large" },
        { "/v1/traces", Json, "gzip", Compress(new byte[(1 << 20) + 1], "gzip"), 413, StatusCode.ResourceExhausted, "too_large" },
        { "/v1/traces", Protobuf, "zstd", Compress(new byte[(1 << 20) + 1], "zstd"), 413, StatusCode.ResourceExhausted, "too_large" },
    };

    [Theory]
    [MemberData(nameof(Undecodable))]
    public async Task What_is_no_protobuf_is_refused_over_gRPC_and_HTTP_however_it_is_compressed(string name)
    {
        var (body, says) = ProtobufCorpus.Undecodable[name];
        var before = await receiver.Baton.ScrapeAsync();

        foreach (var encoding in Encodings)
        {
            var http = await PostAsync("/v1/traces", Protobuf, encoding, Compress(body, encoding));
            var grpc = await Assert.ThrowsAsync<RpcException>(() => CallAsync(body, encoding == "gzip"));

            Assert.Equal((400, StatusCode.InvalidArgument), (http.Status, http.Code));
            Assert.Equal(StatusCode.InvalidArgument, grpc.StatusCode);
            Assert.Contains(says, http.Message, StringComparison.Ordinal);
            Assert.Equal(http.Message, grpc.Status.Detail);
        }

        await AssertCountedAsync(before, "malformed", http: 3, grpc: 3);
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task A_span_that_no_backend_could_keep_is_rejected_in_a_success(string name)
    {
        var (body, says) = ProtobufCorpus.Rejected[name];
        var before = await receiver.Baton.ScrapeAsync();

        using var http = await SendAsync("/v1/traces", Protobuf, null, body);
        foreach (var answer in (byte[][])[await http.Content.ReadAsByteArrayAsync(Cancellation), await CallAsync(body, gzip: false)])
        {
            var partial = ExportTraceServiceResponse.Parser.ParseFrom(answer).PartialSuccess;
            Assert.Equal(1, partial.RejectedSpans);
            Assert.Contains(says, partial.ErrorMessage, StringComparison.Ordinal);
        }

        var after = await receiver.Baton.ScrapeAsync();
        Assert.Equal(before.Sum("baton_receiver_refused_spans_total") + 2, after.Sum("baton_receiver_refused_spans_total"));
        await AssertCountedAsync(before, "malformed", http: 0, grpc: 0);
    }

    [Theory]
    [MemberData(nameof(UndecodableJson))]
    public async Task What_is_no_OTLP_in_JSON_is_refused_in_JSON_however_it_is_compressed(string name)
    {
        var (body, says) = JsonCorpus.Undecodable[name];
        var before = await receiver.Baton.ScrapeAsync();

        foreach (var encoding in Encodings)
        {
            var http = await PostAsync("/v1/traces", Json, encoding, Compress(body, encoding));

            Assert.Equal((400, StatusCode.InvalidArgument), (http.Status, http.Code));
            Assert.Contains(says, http.Message, StringComparison.Ordinal);
        }

        await AssertCountedAsync(before, "malformed", http: 3, grpc: 0);
    }

    [Theory]
    [MemberData(nameof(WrongAround))]
    public async Task What_is_wrong_around_a_body_has_its_status_and_its_counter(
        string path, string contentType, string? encoding, byte[] body, int status, StatusCode code, string reason)
    {
        var before = await receiver.Baton.ScrapeAsync();

        var http = await PostAsync(path, contentType, encoding, body);

        Assert.Equal((status, code), (http.Status, http.Code));
        Assert.NotEmpty(http.Message);
        await AssertCountedAsync(before, reason, http: 1, grpc: 0);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task AssertCountedAsync(MetricsPage before, string reason, int http, int grpc)
    {
        var after = await receiver.Baton.ScrapeAsync();
        double Counted(string transport) => Refused(after, transport) - Refused(before, transport);
        double Refused(MetricsPage page, string transport) =>
            page.Sum("baton_receiver_refused_requests_total", ("transport", transport), ("reason", reason));

        Assert.Equal((http, grpc), (Counted("http"), Counted("grpc")));
        var malformed = reason == "unsupported" ? 0 : http + grpc;
        Assert.Equal(malformed, after.Sum("baton_receiver_malformed_requests_total") - before.Sum("baton_receiver_malformed_requests_total"));
        Assert.Equal(0, after.Sum("baton_receiver_accepted_spans_total"));
    }

    /// <summary>A failure, whose body is a google.rpc.Status in the encoding of the request.</summary>
    private async Task<(int Status, StatusCode Code, string Message)> PostAsync(string path, string contentType, string? encoding, byte[] body)
    {
        using var response = await SendAsync(path, contentType, encoding, body);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(contentType == Json ? Json : Protobuf, response.Content.Headers.ContentType?.MediaType);
        if (contentType != Json)
        {
            var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
            return ((int)response.StatusCode, (StatusCode)status.Code, status.Message);
        }
        var json = JsonDocument.Parse(bytes).RootElement;
        return ((int)response.StatusCode, (StatusCode)json.GetProperty("code").GetInt32(), json.GetProperty("message").GetString()!);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string contentType, string? encoding, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return receiver.Http.PostAsync(new Uri(receiver.Baton.HttpEndpoint, path), content, Cancellation);
    }

    private Task<byte[]> CallAsync(byte[] body, bool gzip) => receiver.Channel.CreateCallInvoker().AsyncUnaryCall(
        Export, null, new CallOptions(gzip ? [new("grpc-internal-encoding-request", "gzip")] : [], cancellationToken: Cancellation), body).ResponseAsync;

    private static byte[] Compress(byte[] body, string? encoding)
    {
        if (encoding == "zstd")
            return new ZstdSharp.Compressor().Wrap(body).ToArray();
        if (encoding is null)
            return body;
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(body);
        return compressed.ToArray();
    }

    /// <summary>One baton for the whole corpus, that takes requests of 1 MiB and sends nothing on.</summary>
    public sealed class Receiver : IAsyncLifetime
    {
        public BatonProcess Baton { get; private set; } = null!;

        public HttpClient Http { get; } = new();

        public GrpcChannel Channel { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Baton = await BatonProcess.StartAsync(
                "routing: { default: [] }", arguments: ["--set", "receivers.otlp.protocols.http.max_request_body_size=1MiB"]);
            Channel = GrpcChannel.ForAddress(Baton.GrpcEndpoint);
        }

        public async ValueTask DisposeAsync()
        {
            Channel?.Dispose();
            Http.Dispose();
            if (Baton is not null)
                await Baton.DisposeAsync();
        }
    }
}
