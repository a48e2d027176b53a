using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;
using Google.Protobuf;
using Grpc.Net.Client;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.EndToEnd.Tests.Alerts;

/// <summary>From a job that nobody picks up to whoever is paged: the real baton, Prometheus and Alertmanager.</summary>
public sealed class LostJobAlertTests
{
    [Fact]
    public async Task Lost_job_of_a_critical_relay_pages_with_the_relays_name_and_is_a_ticket_once_the_relay_is_critical_no_more()
    {
        await using var webhook = await Webhook.StartAsync();
        await using var baton = await BatonProcess.StartAsync(Relay(critical: true));
        await using var servers = await AlertServers.StartAsync(baton.AdminEndpoint, webhook.Address);

        await PublishAsync(baton, trace: 7);
        var page = await webhook.WaitForAsync(alert => alert.Is("BatonCriticalJobLost", "firing"));

        Assert.Equal(("page", "render_job", "shop", "page"), (page.Receiver, page.Labels["relay"], page.Labels["service"], page.Labels["severity"]));
        Assert.Equal("render_job: a critical job was lost (missing_completion)", page.Annotations["summary"]);
        Assert.Contains("relay render_job, published by shop", page.Annotations["description"], StringComparison.Ordinal);
        Assert.True(File.Exists(SourceTree.PathOf($"docs/runbooks/{page.Annotations["runbook_url"].Split('/')[^1]}")));

        await baton.RewriteAsync(text => text.Replace("critical: true", "critical: false", StringComparison.Ordinal));
        baton.HangUp();
        var resolved = await webhook.WaitForAsync(alert => alert.Is("BatonCriticalJobLost", "resolved"));
        // On a busy machine the first one may have been lost too long ago by now.
        await PublishAsync(baton, trace: 8);
        var ticket = await webhook.WaitForAsync(alert => alert.Is("BatonJobLost", "firing"));

        Assert.Equal(("page", "render_job"), (resolved.Receiver, resolved.Labels["relay"]));
        Assert.Equal(("ticket", "render_job", "ticket"), (ticket.Receiver, ticket.Labels["relay"], ticket.Labels["severity"]));
        Assert.DoesNotContain(webhook.Alerts, alert => alert.Labels.GetValueOrDefault("relay") is { } relay && relay != "render_job");
    }

    private static string Relay(bool critical) => $$"""
        continuity:
          export_lag: 1s
          settle: 1s
          relays:
            - { name: render_job, critical: {{(critical ? "true" : "false")}}, produce: span.name == "produce", complete: span.name == "done", deadlines: { schedule_to_close: 1s } }
        routing: { default: [] }
        """;

    private static async Task PublishAsync(BatonProcess baton, byte trace)
    {
        using var channel = GrpcChannel.ForAddress(baton.GrpcEndpoint);
        var request = OtlpRequests.WithSpans("shop", "produce");
        var span = request.ResourceSpans[0].ScopeSpans[0].Spans[0];
        span.Kind = Span.Types.SpanKind.Producer;
        span.TraceId = ByteString.CopyFrom([.. Enumerable.Repeat(trace, 16)]);
        span.StartTimeUnixNano = span.EndTimeUnixNano = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        await new TraceService.TraceServiceClient(channel).ExportAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
