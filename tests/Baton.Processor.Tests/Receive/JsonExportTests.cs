using System.Net;
using System.Text;
using System.Text.Json;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.Processor.Tests.Receive;

/// <summary>OTLP 1.11, "JSON Protobuf Encoding" and "OTLP/HTTP Response": JSON in, JSON back, protobuf onwards.</summary>
public sealed class JsonExportTests
{
    private const string Trace = "5b8efff798038103d269b633813fc60c";

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    public async Task Spans_in_JSON_are_kept_as_protobuf_and_answered_in_JSON(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", Spans("\"spanId\":\"EEE19B7EC3C1B174\""), contentType: contentType);

        Assert.Equal((HttpStatusCode.OK, "application/json", "{}"), (reply.Code, reply.ContentHeaders.ContentType?.MediaType, Encoding.UTF8.GetString(reply.Body)));
        var entry = Assert.Single(test.Appended);
        Assert.Equal((EntryKind.Traces, PayloadEncoding.Identity, 1), (entry.Kind, entry.Encoding, entry.SpanCount));
        var span = ExportTraceServiceRequest.Parser.ParseFrom(entry.Payload).ResourceSpans[0].ScopeSpans[0].Spans[0];
        Assert.Equal((Trace, "eee19b7ec3c1b174", "work", 1_000_000_000_000_000_001UL), (Hex(span.TraceId), Hex(span.SpanId), span.Name, span.StartTimeUnixNano));
    }

    [Theory]
    [InlineData("gzip", PayloadEncoding.Gzip)]
    [InlineData("zstd", PayloadEncoding.Zstd)]
    public async Task Compressed_JSON_is_taken_too(string encoding, PayloadEncoding compression)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", OtlpRequest.Compress(Spans("\"spanId\":\"eee19b7ec3c1b174\""), compression), encoding, "application/json");

        Assert.Equal(HttpStatusCode.OK, reply.Code);
        Assert.Equal(PayloadEncoding.Identity, Assert.Single(test.Appended).Encoding);
    }

    [Theory]
    [InlineData("/v1/metrics", "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\",\"gauge\":{\"dataPoints\":[{\"asInt\":\"7\"}]}}]}]}]}", EntryKind.Metrics)]
    [InlineData("/v1/logs", "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"hi\"}}]}]}]}", EntryKind.Logs)]
    public async Task Metrics_and_logs_in_JSON_pass_too(string path, string json, EntryKind kind)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync(path, Encoding.UTF8.GetBytes(json), contentType: "application/json")).Code);

        Assert.Equal(kind, Assert.Single(test.Appended).Kind);
    }

    [Fact]
    public async Task A_span_that_is_not_taken_is_told_in_JSON()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", Spans("\"spanId\":\"0000000000000000\""), contentType: "application/json");

        var partial = JsonDocument.Parse(reply.Body).RootElement.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedSpans").GetString());
        Assert.NotEmpty(partial.GetProperty("errorMessage").GetString()!);
        Assert.Empty(test.Appended);
    }

    [Theory]
    [InlineData("not JSON", "line 1")]
    [InlineData("[]", "an array")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}]}]}]}", "resourceSpans[0].scopeSpans[0].spans[0].traceId")]
    [InlineData("{\"resourceSpans\":", "line 1")]
    public async Task What_is_no_OTLP_in_JSON_is_400_with_a_status_in_JSON(string json, string said)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", Encoding.UTF8.GetBytes(json), contentType: "application/json");

        Assert.Equal((HttpStatusCode.BadRequest, "application/json"), (reply.Code, reply.ContentHeaders.ContentType?.MediaType));
        var status = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal(3, status.GetProperty("code").GetInt32());
        Assert.Contains(said, status.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, test.Metrics.ReceiverMalformedRequests.With("http").Value);
    }

    [Fact]
    public async Task Every_refusal_is_in_the_encoding_of_the_request()
    {
        await using var test = await ReceiverUnderTest.StartAsync(new ReceiverSettings { HttpMaxBodyBytes = 1000 });
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        var full = await test.PostAsync("/v1/traces", Spans("\"spanId\":\"eee19b7ec3c1b174\""), contentType: "application/json");
        var large = await test.PostAsync("/v1/traces", Spans($"\"spanId\":\"eee19b7ec3c1b174\",\"traceState\":\"{new string('x', 1000)}\""), contentType: "application/json");
        var path = await test.PostAsync("/v1/profiles", [], contentType: "application/json");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NotFound), (full.Code, large.Code, path.Code));
        Assert.Equal("5", full.Headers.RetryAfter?.ToString());
        var retry = JsonDocument.Parse(full.Body).RootElement.GetProperty("details")[0];
        Assert.Equal(("type.googleapis.com/google.rpc.RetryInfo", "5s"), (retry.GetProperty("@type").GetString(), retry.GetProperty("retryDelay").GetString()));
        Assert.All([full, large, path], reply => Assert.Equal("application/json", reply.ContentHeaders.ContentType?.MediaType));
    }

    private static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);

    private static byte[] Spans(string fields) => Encoding.UTF8.GetBytes(
        $"{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":\"{Trace}\",{fields},\"name\":\"work\",\"kind\":5,"
        + "\"startTimeUnixNano\":\"1000000000000000001\",\"endTimeUnixNano\":\"1000000000000000002\",\"unknown\":{\"x\":[1]}}]}]}]}");
}
