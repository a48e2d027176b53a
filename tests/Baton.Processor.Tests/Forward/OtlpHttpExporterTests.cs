using System.Globalization;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Tests.Receive;
using Baton.Testing.Sink;
using Grpc.Core;

namespace Baton.Processor.Tests.Forward;

/// <summary>OTLP 1.11, "OTLP/HTTP request" and "OTLP/HTTP response", from the sender's side.</summary>
public sealed class OtlpHttpExporterTests
{
    [Fact]
    public async Task Every_signal_goes_to_its_path_below_the_base_url_byte_for_byte()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var forwarder = fixture.Start(ForwardFixture.Http(sink.HttpEndpoint) with { Headers = new Dictionary<string, Secret> { ["x-tenant"] = new("blue") } });
        var traces = ForwardFixture.Traces("a");
        await fixture.AppendAsync(traces);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Metrics, spans: 0);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Logs, spans: 0);
        await fixture.DeliveredAsync(forwarder);

        Assert.Equal(
            [Testing.Sink.OtlpSignal.Traces, Testing.Sink.OtlpSignal.Metrics, Testing.Sink.OtlpSignal.Logs],
            sink.Requests.Select(request => request.Signal).Order());
        var request = sink.Requests.Single(request => request.Signal == Testing.Sink.OtlpSignal.Traces);
        Assert.Equal(traces, request.Body.ToArray());
        Assert.Equal(("application/x-protobuf", "blue"), (request.Headers["content-type"], request.Headers["x-tenant"]));
    }

    [Theory]
    [InlineData(PayloadEncoding.Gzip)]
    [InlineData(PayloadEncoding.Zstd)]
    public async Task A_compressed_request_goes_out_as_it_came(PayloadEncoding encoding)
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var body = OtlpRequest.Compress(ForwardFixture.Traces("a", "b"), encoding);
        var forwarder = fixture.Start(ForwardFixture.Http(sink.HttpEndpoint));
        await fixture.AppendAsync(body, encoding: encoding, spans: 2);
        await fixture.DeliveredAsync(forwarder);

        var request = Assert.Single(sink.Requests);
        Assert.Equal((ContentCoding.NameOf(encoding), 2), (request.Encoding, sink.Spans.Count));
        Assert.Equal(body, request.Body.ToArray());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task The_four_retryable_statuses_are_tried_again(int status)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Refuse(StatusCode.Unavailable, status), SinkAnswer.Refuse(StatusCode.Unavailable, status));

        Assert.Equal((1, 0, 3), await ForwardOne(sink));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(302)]
    public async Task Every_other_status_is_final(int status)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Refuse(StatusCode.Internal, status));

        Assert.Equal((0, 1, 1), await ForwardOne(sink));
    }

    [Fact]
    public async Task Retry_after_is_waited_for_in_both_its_forms()
    {
        await using var sink = await RecordingSink.StartAsync();
        var time = new SkippingTime();
        var date = DateTimeOffset.UtcNow.AddMinutes(5).ToString("R", CultureInfo.InvariantCulture);
        sink.Next(SinkAnswer.Exhausted(TimeSpan.FromSeconds(77)), SinkAnswer.Unavailable() with { RetryAfterHeader = date });

        Assert.Equal((1, 0, 3), await ForwardOne(sink, time: time));
        Assert.Equal(TimeSpan.FromSeconds(77), time.Waits.ElementAt(0));
        Assert.InRange(time.Waits.ElementAt(1), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task A_partial_success_is_counted_and_not_sent_again()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Partial(2, "two too many"));
        await using var fixture = new ForwardFixture();
        var forwarder = fixture.Start(ForwardFixture.Http(sink.HttpEndpoint));
        await fixture.AppendAsync(ForwardFixture.Traces("a", "b", "c"), spans: 3);
        await fixture.DeliveredAsync(forwarder);

        Assert.Single(sink.Requests);
        Assert.Equal((1, 2), (fixture.Metrics.ExporterSentSpans.With("otlp/test").Value, fixture.Metrics.ExporterRejectedSpans.With("otlp/test").Value));
    }

    [Fact]
    public async Task A_broken_connection_and_an_answer_that_does_not_come_are_tried_again()
    {
        await using var sink = await RecordingSink.StartAsync();
        var never = new TaskCompletionSource();
        sink.Next(SinkAnswer.ConnectionReset, SinkAnswer.Ok with { Gate = never.Task, Taken = false });

        var (sent, failed, requests) = await ForwardOne(sink, options => options with { Timeout = TimeSpan.FromSeconds(1) });

        Assert.Equal((1, 0), (sent, failed));
        Assert.InRange(requests, 3, int.MaxValue);
        never.SetResult();
    }

    [Fact]
    public async Task A_compression_that_the_destination_does_not_know_is_taken_off()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Otherwise(request => request.Encoding == "zstd" ? SinkAnswer.Refuse(StatusCode.Unimplemented, 415) : SinkAnswer.Ok);
        await using var fixture = new ForwardFixture();
        foreach (var (name, forwarder) in new[]
            { ("http", fixture.Start(ForwardFixture.Http(sink.HttpEndpoint), "http")), ("grpc", fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint), "grpc")) })
        {
            await fixture.AppendAsync(OtlpRequest.Zstd(ForwardFixture.Traces(name)), encoding: PayloadEncoding.Zstd);
            await fixture.DeliveredAsync(forwarder);
            Assert.Equal(0, fixture.Metrics.ExporterFailedSpans.With(name).Value);
        }

        Assert.Equal(2, sink.Spans.Count(span => span.Name == "http"));
        Assert.All(sink.Requests.Where(request => request.Taken), request => Assert.Equal("identity", request.Encoding));
    }

    [Theory]
    [InlineData(ExporterCompression.Gzip, "gzip")]
    [InlineData(ExporterCompression.Zstd, "zstd")]
    public async Task With_a_compression_of_its_own_everything_goes_out_so(object compression, string encoding)
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        fixture.Create(new ScriptedExporter()).Dispose();
        await fixture.AppendAsync(ForwardFixture.Traces("plain"));
        await fixture.AppendAsync(OtlpRequest.Gzip(ForwardFixture.Traces("gzip")), encoding: PayloadEncoding.Gzip);
        await fixture.AppendAsync(OtlpRequest.Zstd(ForwardFixture.Traces("zstd")), encoding: PayloadEncoding.Zstd);
        var http = fixture.Start(ForwardFixture.Http(sink.HttpEndpoint) with { Compression = (ExporterCompression)compression });
        await fixture.DeliveredAsync(http);
        var grpc = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint) with { Compression = (ExporterCompression)compression }, "grpc");
        await fixture.AppendAsync(ForwardFixture.Traces("later"));
        await fixture.DeliveredAsync(grpc);
        await fixture.DeliveredAsync(http);

        Assert.All(sink.Requests, request => Assert.Equal(encoding, request.Encoding));
        Assert.Equal(["gzip", "later", "plain", "zstd"], sink.Spans.Select(span => span.Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ExporterCompression.AsReceived, "identity")]
    [InlineData(ExporterCompression.Gzip, "gzip")]
    public async Task Where_JSON_is_wanted_bodies_are_JSON_and_the_answer_is_read_as_such(object compression, string encoding)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(new SinkAnswer { JsonResponse = "{\"partialSuccess\":{\"rejectedSpans\":\"1\",\"errorMessage\":\"one too many\"}}" });
        await using var fixture = new ForwardFixture();
        fixture.Create(new ScriptedExporter()).Dispose();
        await fixture.AppendAsync(OtlpRequest.Gzip(ForwardFixture.Traces("a")), encoding: PayloadEncoding.Gzip);
        await fixture.AppendAsync(ForwardFixture.Traces("b"));
        await fixture.DeliveredAsync(fixture.Start(
            ForwardFixture.Http(sink.HttpEndpoint) with { Encoding = HttpEncoding.Json, Compression = (ExporterCompression)compression }));

        var request = Assert.Single(sink.Requests);
        Assert.Equal((encoding, "application/json"), (request.Encoding, request.Headers["content-type"]));
        Assert.Equal(["a", "b"], sink.Spans.Select(span => span.Name));
        Assert.Equal((1, 1), (fixture.Metrics.ExporterSentSpans.With("otlp/test").Value, fixture.Metrics.ExporterRejectedSpans.With("otlp/test").Value));
    }

    private static async Task<(double Sent, double Failed, int Requests)> ForwardOne(
        RecordingSink sink, Func<OtlpHttpExporterOptions, OtlpHttpExporterOptions>? change = null, TimeProvider? time = null)
    {
        await using var fixture = new ForwardFixture { Time = time ?? TimeProvider.System };
        var options = ForwardFixture.Http(sink.HttpEndpoint);
        var forwarder = fixture.Start(change?.Invoke(options) ?? options);
        await fixture.AppendAsync(ForwardFixture.Traces("span"));
        await fixture.DeliveredAsync(forwarder);
        return (fixture.Metrics.ExporterSentSpans.With("otlp/test").Value, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value, sink.Requests.Count);
    }
}
