using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Baton.EndToEnd.Tests;

/// <summary>The running process pushes its own metrics to the exporters named, and they say what its page says.</summary>
public sealed class MetricsPushTests
{
    [Theory]
    [InlineData("cumulative")]
    [InlineData("delta")]
    public async Task What_is_pushed_agrees_with_the_page(string temporality)
    {
        await using var backend = await RecordingSink.StartAsync();
        await using var metrics = await RecordingSink.StartAsync();
        await using var baton = await BatonProcess.StartAsync($$"""
            exporters:
              otlp/backend: { endpoint: {{backend.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
              otlphttp/metrics: { endpoint: "{{metrics.HttpEndpoint}}", compression: gzip, timeout: 5m }
            routing: { default: [otlp/backend] }
            """, telemetry: $$"""{ metrics: { otlp: { exporters: [otlphttp/metrics], interval: 1s, temporality: {{temporality}} } } }""");
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);
        var client = new TraceService.TraceServiceClient(channel);
        for (var i = 0; i < 5; i++)
        {
            await client.ExportAsync(OtlpRequests.WithSpans("shop", "one", "two"), cancellationToken: TestContext.Current.CancellationToken);
            await metrics.WaitForRequestAsync(request => request.Signal == OtlpSignal.Metrics && metrics.Requests.Count > i);
        }
        await backend.WaitForSpansAsync(10);
        var page = await baton.WaitForMetricsAsync(page => page.Sum("baton_exporter_sent_spans_total", ("exporter", "otlp/backend")) == 10);
        Assert.Equal(0, await baton.TerminateAsync());

        // The last request is made at the stop, so whatever the page had is told by then.
        foreach (var name in new[] { "baton_receiver_accepted_spans_total", "baton_exporter_sent_spans_total" })
            Assert.Equal(page.Sum(name), Told(metrics, name, temporality));
        Assert.Empty(metrics.Spans);
        Assert.DoesNotContain(backend.Requests, request => request.Signal == OtlpSignal.Metrics);
        Assert.All(metrics.Requests, request => Assert.Equal("gzip", request.Encoding));
    }

    private static double Told(RecordingSink sink, string name, string temporality)
    {
        var sums = sink.Requests.Where(request => request.Taken)
            .SelectMany(request => ExportMetricsServiceRequest.Parser.ParseFrom(request.Payload.Span).ResourceMetrics)
            .SelectMany(resource => resource.ScopeMetrics[0].Metrics).Where(metric => metric.Name == name).Select(metric => metric.Sum).ToList();
        Assert.NotEmpty(sums);
        return temporality == "delta"
            ? sums.Sum(Total)
            : Total(sums.MaxBy(sum => sum.DataPoints.Max(point => point.TimeUnixNano))!);

        static double Total(Sum sum) => sum.DataPoints.Sum(point => point.AsDouble);
    }
}
