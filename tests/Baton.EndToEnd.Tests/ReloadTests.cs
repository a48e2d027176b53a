using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Google.Protobuf;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Baton.EndToEnd.Tests;

/// <summary>A changed file is taken up by the running process, and a wrong one is not.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Routes_and_relays_change_without_losing_a_connection_or_a_span_and_a_bad_file_changes_nothing()
    {
        await using var first = await RecordingSink.StartAsync();
        await using var second = await RecordingSink.StartAsync();
        string Yaml(string relay, string route) => $$"""
            continuity:
              export_lag: 1s
              settle: 1s
              relays:
                - { name: {{relay}}, produce: span.name == "publish", complete: span.name == "done", deadlines: { schedule_to_close: 1s } }
            exporters:
              otlp/first: { endpoint: {{first.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
              otlp/second: { endpoint: {{second.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
            routing: { default: [{{route}}] }
            """;
        await using var baton = await BatonProcess.StartAsync(Yaml("before", "otlp/first"));
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);
        await ExportAsync(channel, "publish", 1);
        await first.WaitForSpanAsync(span => span.Name == "worker.deadline");

        const string Wrong = "routing: { default: [otlp/nowhere] }";
        await baton.RewriteAsync(text => text.Replace(Yaml("before", "otlp/first"), Wrong, StringComparison.Ordinal));
        baton.HangUp();
        await WaitForOutputAsync(baton, "The configuration in force stays");
        await ExportAsync(channel, "still first", 2);
        await first.WaitForSpanAsync(span => span.Name == "still first");

        await baton.RewriteAsync(text => text.Replace(Wrong, Yaml("after", "otlp/second"), StringComparison.Ordinal));
        baton.HangUp();
        await WaitForOutputAsync(baton, "now in force: continuity.relays, routing.default");
        await ExportAsync(channel, "publish", 3);
        await second.WaitForSpanAsync(span => span.Name == "worker.deadline");

        var page = await baton.WaitForMetricsAsync(page => page.Sum("baton_deadlines_missed_total") == 2);
        Assert.Equal((1, 1), (page.Sum("baton_deadlines_missed_total", ("relay", "before")), page.Sum("baton_deadlines_missed_total", ("relay", "after"))));
        Assert.DoesNotContain(first.Spans, span => span.Name == "publish" && second.Spans.Contains(span));
        Assert.Equal(0, await baton.TerminateAsync());
    }

    private static async Task WaitForOutputAsync(BatonProcess baton, string text)
    {
        using var expired = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (!baton.Output.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            if (expired.IsCancellationRequested)
                throw new TimeoutException($"'{text}' was not printed. Printed was:{Environment.NewLine}{string.Join(Environment.NewLine, baton.Output)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task ExportAsync(GrpcChannel channel, string name, byte trace)
    {
        var request = OtlpRequests.WithSpans("shop", name);
        var span = request.ResourceSpans[0].ScopeSpans[0].Spans[0];
        var now = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        span.TraceId = ByteString.CopyFrom([.. Enumerable.Repeat(trace, 16)]);
        (span.StartTimeUnixNano, span.EndTimeUnixNano) = (now, now);
        await new TraceService.TraceServiceClient(channel).ExportAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
