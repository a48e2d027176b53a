using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Google.Protobuf;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.EndToEnd.Tests.Support;

public sealed class BatonProcessTests
{
    [Fact]
    public async Task ForwardsEndsOnSigtermAndStartsAgainOnTheSameData()
    {
        await using var sink = await RecordingSink.StartAsync();
        await using var baton = await BatonProcess.StartAsync($$"""
            exporters:
              otlp/sink: { endpoint: {{sink.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
            routing: { default: [otlp/sink] }
            """);
        var first = baton.Id;

        await ExportAsync(baton, "before");
        await sink.WaitForSpanAsync(s => s.Name == "before");
        Assert.Equal(0, await baton.TerminateAsync());
        await baton.RestartAsync();
        await ExportAsync(baton, "after");
        await sink.WaitForSpanAsync(s => s.Name == "after");

        Assert.NotEqual(first, baton.Id);
        Assert.Equal(["before", "after"], sink.Spans.Select(s => s.Name));
        var metrics = await baton.WaitForMetricsAsync(page => page.Sum("baton_exporter_sent_spans_total", ("exporter", "otlp/sink")) == 1);
        Assert.Equal(1, metrics.Sum("baton_receiver_accepted_spans_total", ("transport", "grpc")));
    }

    private static async Task ExportAsync(BatonProcess baton, string name)
    {
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);
        var request = OtlpRequests.WithSpans("shop", name);
        request.ResourceSpans[0].ScopeSpans[0].Spans[0].SpanId = ByteString.CopyFromUtf8(name.PadRight(8)[..8]);
        await new TraceService.TraceServiceClient(channel).ExportAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
