using System.IO.Compression;
using System.Net.Http.Headers;
using Baton.Testing.Sink;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.EndToEnd.Tests.Support;

public sealed class RecordingSinkTests : IAsyncLifetime
{
    private RecordingSink _sink = null!;
    private GrpcChannel _channel = null!;
    private TraceService.TraceServiceClient _grpc = null!;
    private readonly HttpClient _http = new();

    public async ValueTask InitializeAsync()
    {
        _sink = await RecordingSink.StartAsync();
        _channel = GrpcChannel.ForAddress(_sink.GrpcEndpoint);
        _grpc = new TraceService.TraceServiceClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _http.Dispose();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task GrpcRequestIsRecordedWithTheExactBytesOfEachSpan()
    {
        var request = OtlpRequests.WithSpans("shop", "first", "second");

        await _grpc.ExportAsync(request, new Metadata { { "tenant", "blue" } }, cancellationToken: Cancellation);

        var recorded = Assert.Single(_sink.Requests);
        Assert.Equal((OtlpSignal.Traces, OtlpTransport.Grpc, "identity"), (recorded.Signal, recorded.Transport, recorded.Encoding));
        Assert.Equal("blue", recorded.Headers["tenant"]);
        Assert.Equal(request.ToByteArray(), recorded.Payload.ToArray());
        var sent = request.ResourceSpans[0];
        Assert.Equal(sent.ScopeSpans[0].Spans.Select(s => s.ToByteArray()), _sink.Spans.Select(s => s.Bytes.ToArray()));
        Assert.All(_sink.Spans, span =>
        {
            Assert.Equal(sent.Resource.ToByteArray(), span.ResourceBytes.ToArray());
            Assert.Equal(sent.ScopeSpans[0].Scope.ToByteArray(), span.ScopeBytes.ToArray());
            Assert.Equal((sent.SchemaUrl, sent.ScopeSpans[0].SchemaUrl), (span.ResourceSchemaUrl, span.ScopeSchemaUrl));
            Assert.Equal("shop", span.ServiceName);
        });
        Assert.Equal("abababababababababababababababab", _sink.Spans[0].TraceId);
    }

    [Fact]
    public async Task GzipOverGrpcIsKeptAsItCameAndDecoded()
    {
        var request = OtlpRequests.WithSpans("shop", "one");
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        await _grpc.ExportAsync(request, compressed, cancellationToken: Cancellation);

        var recorded = Assert.Single(_sink.Requests);
        Assert.Equal("gzip", recorded.Encoding);
        Assert.Equal([0x1f, 0x8b], recorded.Body[..2].ToArray());
        Assert.Equal(request.ToByteArray(), recorded.Payload.ToArray());
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task HttpRequestIsRecordedInItsEncoding(string encoding)
    {
        var request = OtlpRequests.WithSpans("shop", "one");

        using var response = await PostAsync(request, encoding);

        Assert.True(response.IsSuccessStatusCode);
        var recorded = Assert.Single(_sink.Requests);
        Assert.Equal((OtlpTransport.Http, encoding), (recorded.Transport, recorded.Encoding));
        Assert.Equal(request.ToByteArray(), recorded.Payload.ToArray());
        Assert.Equal("one", Assert.Single(_sink.Spans).Name);
    }

    [Fact]
    public async Task ScriptedRefusalCarriesRetryInfoAndItsSpansDoNotCount()
    {
        _sink.Next(SinkAnswer.Exhausted(TimeSpan.FromSeconds(3)), SinkAnswer.Unavailable(TimeSpan.FromMilliseconds(1500)));
        var request = OtlpRequests.WithSpans("shop", "one");

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _grpc.ExportAsync(request, cancellationToken: Cancellation));
        using var unavailable = await PostAsync(request, "identity");
        await _grpc.ExportAsync(request, cancellationToken: Cancellation);

        Assert.Equal((StatusCode.ResourceExhausted, "too much"), (refusal.StatusCode, refusal.Status.Detail));
        var status = Google.Rpc.Status.Parser.ParseFrom(refusal.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal(3, Assert.Single(status.Details).Unpack<Google.Rpc.RetryInfo>().RetryDelay.Seconds);
        Assert.Equal((503, "2"), ((int)unavailable.StatusCode, unavailable.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(3, _sink.Requests.Count);
        Assert.Single(_sink.Spans);
    }

    [Fact]
    public async Task PartialSuccessSaysHowManyWereRejected()
    {
        _sink.Next(SinkAnswer.Partial(2, "two were bad"));

        var response = await _grpc.ExportAsync(OtlpRequests.WithSpans("shop", "one"), cancellationToken: Cancellation);

        Assert.Equal((2, "two were bad"), (response.PartialSuccess.RejectedSpans, response.PartialSuccess.ErrorMessage));
    }

    [Fact]
    public async Task ResetsBreakTheCallAndTheNextOneSucceeds()
    {
        _sink.Next(SinkAnswer.ConnectionReset, SinkAnswer.StreamReset, SinkAnswer.TakenThenConnectionReset);
        var request = OtlpRequests.WithSpans("shop", "one");

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<RpcException>(async () => await _grpc.ExportAsync(request, cancellationToken: Cancellation));
        await _grpc.ExportAsync(request, cancellationToken: Cancellation);

        Assert.Equal([false, false, true, true], _sink.Requests.Select(r => r.Taken));
    }

    [Fact]
    public async Task HeldAnswerKeepsTheCallOpenWhileTheRequestIsOnTheRecord()
    {
        var gate = new TaskCompletionSource();
        _sink.Next(SinkAnswer.Ok with { Gate = gate.Task });

        var call = _grpc.ExportAsync(OtlpRequests.WithSpans("shop", "one"), cancellationToken: Cancellation).ResponseAsync;
        await _sink.WaitForSpanAsync(s => s.Name == "one");

        Assert.False(call.IsCompleted);
        gate.SetResult();
        await call;
    }

    [Fact]
    public async Task WaitThatIsNotMetNamesWhatArrived()
    {
        await _grpc.ExportAsync(OtlpRequests.WithSpans("shop", "arrived"), cancellationToken: Cancellation);

        var timeout = await Assert.ThrowsAsync<TimeoutException>(
            () => _sink.WaitForSpanAsync(s => s.Name == "missing", TimeSpan.FromMilliseconds(20)));

        Assert.Contains("arrived (shop)", timeout.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenProtobufIsRefusedAndNamed()
    {
        using var response = await PostAsync([0x0a, 0x7f, 0x01], "identity");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("past the end", Assert.Single(_sink.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PassThroughDeliversTheSameBytesAndTheUpstreamsAnswer()
    {
        await using var front = await RecordingSink.StartAsync();
        using var passThrough = new PassThrough(_sink.GrpcEndpoint, _sink.HttpEndpoint);
        front.Otherwise(passThrough.ForwardAsync);
        using var channel = GrpcChannel.ForAddress(front.GrpcEndpoint);
        var client = new TraceService.TraceServiceClient(channel);
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        await client.ExportAsync(OtlpRequests.WithSpans("shop", "one"), compressed, cancellationToken: Cancellation);
        _sink.Next(SinkAnswer.Exhausted());
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await client.ExportAsync(OtlpRequests.WithSpans("shop", "two"), cancellationToken: Cancellation));

        Assert.Equal(front.Requests.Select(r => r.Body.ToArray()), _sink.Requests.Select(r => r.Body.ToArray()));
        Assert.Equal(front.Requests.Select(r => r.Encoding), _sink.Requests.Select(r => r.Encoding));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Single(front.Spans);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> PostAsync(ExportTraceServiceRequest request, string encoding) => PostAsync(request.ToByteArray(), encoding);

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string encoding)
    {
        using var packed = new MemoryStream();
        if (encoding == "gzip")
        {
            await using var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true);
            await gzip.WriteAsync(body, Cancellation);
        }
        using var content = new ByteArrayContent(encoding == "gzip" ? packed.ToArray() : body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (encoding == "gzip")
            content.Headers.ContentEncoding.Add("gzip");
        return await _http.PostAsync(new Uri(_sink.HttpEndpoint, "/v1/traces"), content, Cancellation);
    }
}
