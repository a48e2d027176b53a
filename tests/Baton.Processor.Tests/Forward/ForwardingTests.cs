using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Receive;
using Baton.Processor.Tests.Receive;
using Baton.Testing;
using Baton.Testing.Sink;
using OtlpSignal = Baton.Testing.Sink.OtlpSignal;

namespace Baton.Processor.Tests.Forward;

/// <summary>From the journal to a real gRPC server: what arrives is what was received.</summary>
public sealed class ForwardingTests
{
    [Fact]
    public async Task Every_captured_request_arrives_with_the_bytes_of_its_spans_resources_and_scopes()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var forwarder = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint));
        var expected = new List<RecordedSpan>();
        foreach (var request in Captures.All.SelectMany(scenario => scenario.Requests).Where(request => !request.IsJson))
        {
            var spans = RecordedSpan.ReadAll(request.Body);
            expected.AddRange(spans);
            await fixture.AppendAsync(request.Body.ToArray(), spans: spans.Count);
        }

        await fixture.DeliveredAsync(forwarder);

        Assert.Empty(sink.Faults);
        Assert.Equal(expected.Select(Bytes).Order(StringComparer.Ordinal), sink.Spans.Select(Bytes).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, fixture.Metrics.ExporterSentSpans.With("otlp/test").Value);
    }

    [Fact]
    public async Task Ten_thousand_small_entries_are_merged_into_few_requests_and_arrive_once_each_in_order()
    {
        const int count = 10_000;
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var options = ForwardFixture.Otlp(sink.GrpcEndpoint) with { Sending = new SendingOptions { MaxInFlight = 1 } };
        fixture.Create(new ScriptedExporter()).Dispose();
        for (var i = 0; i < count; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(fixture.Start(options));

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"span {i}"), sink.Spans.Select(span => span.Name));
        Assert.InRange(sink.Requests.Count, 1, 5);
    }

    [Fact]
    public async Task Merged_requests_stay_below_the_batch_size_unless_one_entry_alone_is_larger()
    {
        const int limit = 4096;
        await using var fixture = new ForwardFixture();
        var exporter = new ScriptedExporter(_ => ExportResult.Accepted);
        fixture.Create(exporter).Dispose();
        int[] spans = [1, 3, 20, 200, 2, 2, 150, 1, 1, 40, 300];
        foreach (var count in spans) await fixture.AppendAsync(ForwardFixture.Traces(Enumerable.Range(0, count).Select(i => $"{count}/{i}")), spans: count);

        await fixture.DeliveredAsync(fixture.Start(exporter, new ForwarderSettings("otlp/test") { MaxRequestBytes = limit, MaxInFlight = 1 }));

        Assert.All(exporter.All, attempt => Assert.True(attempt.Request.Length <= limit || attempt.Request.Parts.Length == 1));
        Assert.Contains(exporter.All, attempt => attempt.Request.Parts.Length > 1);
        Assert.Equal(spans.Sum(), exporter.All.Sum(attempt => attempt.Request.SpanCount));
    }

    [Theory]
    [InlineData(PayloadEncoding.Gzip)]
    [InlineData(PayloadEncoding.Zstd)]
    public async Task A_compressed_request_goes_out_alone_and_byte_for_byte_with_its_encoding(PayloadEncoding encoding)
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var compressed = Enumerable.Range(0, 20).Select(i => OtlpRequest.Compress(ForwardFixture.Traces(Enumerable.Range(0, 50).Select(j => $"packed {i}/{j}")), encoding)).ToList();
        fixture.Create(new ScriptedExporter()).Dispose();
        foreach (var body in compressed)
        {
            await fixture.AppendAsync(body, encoding: encoding, spans: 50);
            await fixture.AppendAsync(ForwardFixture.Traces("plain"));
        }

        await fixture.DeliveredAsync(fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint)));

        var packed = sink.Requests.Where(request => request.Encoding == ContentCoding.NameOf(encoding)).Select(request => Convert.ToHexString(request.Body.Span));
        Assert.Equal(compressed.Select(Convert.ToHexString).Order(StringComparer.Ordinal), packed.Order(StringComparer.Ordinal));
        Assert.Equal(20, sink.Spans.Count(span => span.Name == "plain"));
        Assert.All(sink.Requests, request => Assert.False(request.Headers.ContainsKey("grpc-internal-encoding-request")));
    }

    [Fact]
    public async Task With_compression_none_compressed_requests_are_decompressed_and_merged()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        fixture.Create(new ScriptedExporter()).Dispose();
        for (var i = 0; i < 20; i++) await fixture.AppendAsync(ForwardFixture.Gzip(ForwardFixture.Traces($"span {i}")), encoding: PayloadEncoding.Gzip);
        await fixture.AppendAsync([1, 2, 3], EntryKind.Metrics, PayloadEncoding.Gzip);

        await fixture.DeliveredAsync(fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint) with { Compression = ExporterCompression.None }));

        Assert.All(sink.Requests, request => Assert.Equal("identity", request.Encoding));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"span {i}"), sink.Spans.Select(span => span.Name));
        Assert.Single(sink.Requests);
    }

    [Fact]
    public async Task Each_signal_goes_to_its_service_and_entries_with_facts_alone_go_nowhere()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        byte[] metrics = [0x0a, 0x02, 0x1a, 0x00], logs = [0x0a, 0x00];
        fixture.Create(new ScriptedExporter()).Dispose();
        for (var i = 0; i < 3; i++)
        {
            await fixture.AppendAsync(metrics, EntryKind.Metrics);
            await fixture.AppendAsync(ForwardFixture.Traces("received"));
            await fixture.AppendAsync([], EntryKind.Own, spans: 0);
            await fixture.AppendAsync(logs, EntryKind.Logs);
            await fixture.AppendAsync(ForwardFixture.Traces("worker.deadline"), EntryKind.Own);
        }

        await fixture.DeliveredAsync(fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint)));

        Assert.Equal(3, sink.Requests.Count);
        Assert.Equal([.. metrics, .. metrics, .. metrics], Single(sink, OtlpSignal.Metrics).Payload.ToArray());
        Assert.Equal([.. logs, .. logs, .. logs], Single(sink, OtlpSignal.Logs).Payload.ToArray());
        Assert.Equal(["received", "worker.deadline", "received", "worker.deadline", "received", "worker.deadline"], sink.Spans.Select(span => span.Name));
        Assert.Equal(6, fixture.Metrics.ExporterSentSpans.With("otlp/test").Value);
    }

    [Fact]
    public async Task Configured_headers_stand_in_every_request()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var headers = new Dictionary<string, Secret> { ["Authorization"] = new("Bearer of news"), ["x-scope"] = new("7") };
        var forwarder = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint) with { Headers = headers });
        await fixture.AppendAsync(ForwardFixture.Traces("plain"));
        await fixture.AppendAsync(ForwardFixture.Gzip(ForwardFixture.Traces("packed")), encoding: PayloadEncoding.Gzip);

        await fixture.DeliveredAsync(forwarder);

        Assert.All(sink.Requests, request => Assert.Equal(("Bearer of news", "7"), (request.Headers["authorization"], request.Headers["x-scope"])));
        Assert.All(sink.Requests, request => Assert.DoesNotContain("traceparent", request.Headers.Keys));
    }

    [Fact]
    public async Task An_exporter_that_does_not_answer_delays_no_other()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        var silent = new ScriptedExporter();
        var stuck = fixture.Start(silent, new ForwarderSettings("otlp/stuck") { MaxInFlight = 2 });
        var healthy = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint));
        for (var i = 0; i < 500; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(healthy);
        await silent.WaitForAsync(1);

        Assert.Equal(500, sink.Spans.Count);
        Assert.Equal((0, fixture.Journal.Tail), (stuck.Position, stuck.QueueBytes));
        stuck.UpdateGauges(TimeProvider.System.GetUtcNow().AddSeconds(100));
        healthy.UpdateGauges(TimeProvider.System.GetUtcNow().AddSeconds(100));
        Assert.InRange(fixture.Metrics.ExporterLagSeconds.With("otlp/stuck").Value, 99, 1000);
        Assert.Equal((0, 0), (healthy.QueueBytes, fixture.Metrics.ExporterLagSeconds.With("otlp/test").Value));
        Assert.InRange(silent.All.Count, 1, 2);
        silent.AcceptAll();
        await fixture.DeliveredAsync(stuck);
    }

    private static RecordedRequest Single(RecordingSink sink, OtlpSignal signal) => sink.Requests.Single(request => request.Signal == signal);

    private static string Bytes(RecordedSpan span) =>
        $"{Convert.ToHexString(span.Bytes.Span)} {Convert.ToHexString(span.ResourceBytes.Span)} {Convert.ToHexString(span.ScopeBytes.Span)} {span.ResourceSchemaUrl} {span.ScopeSchemaUrl}";
}
