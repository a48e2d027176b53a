using System.Net;
using System.Net.Http.Headers;
using Baton.Processor.Configuration;
using Baton.Processor.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Baton.Processor.Tests.Telemetry;

public sealed class AdminEndpointTests
{
    private static readonly ListenAddress FreePort = new("127.0.0.1", 0);

    [Fact]
    public async Task Metrics_are_Prometheus_text_unless_OpenMetrics_is_asked_for_which_carries_exemplars()
    {
        var instruments = new Instruments();
        var full = instruments.Histogram("baton_full_link_seconds", "Test.", [1, 10], "relay");
        full.With("render_job").Observe(2, Exemplar.From(Exemplar.Pair("trace_id", "0af7651916cd43dd8448eb211c80319c")));
        await using var admin = await Start(instruments, () => null);
        using var client = new HttpClient { BaseAddress = admin.Address };

        var plain = await client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var plainText = await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        var open = await client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var openText = await open.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/plain", plain.Content.Headers.ContentType?.MediaType);
        Assert.Contains("baton_full_link_seconds_bucket{relay=\"render_job\",le=\"10\"} 1\n", plainText, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", plainText, StringComparison.Ordinal);
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType?.MediaType);
        Assert.Contains("# {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 2", openText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_tells_the_reason_while_not_ready_and_health_does_not_depend_on_it()
    {
        string? reason = "recovering: 3 of 9 segments";
        await using var admin = await Start(new Instruments(), () => reason);
        using var client = new HttpClient { BaseAddress = admin.Address };

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "recovering: 3 of 9 segments\n"), await Get(client, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await Get(client, "/healthz"));
        reason = null;
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await Get(client, "/readyz"));
    }

    [Fact]
    public async Task Other_paths_are_not_found_and_other_methods_not_allowed()
    {
        await using var admin = await Start(new Instruments(), () => null);
        using var client = new HttpClient { BaseAddress = admin.Address };

        Assert.Equal(HttpStatusCode.NotFound, (await Get(client, "/v1/traces")).Status);
        using var post = await client.PostAsync(new Uri("/healthz", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_a_startup_error_that_names_the_option_and_the_address()
    {
        await using var first = await Start(new Instruments(), () => null);

        var error = await Assert.ThrowsAsync<StartupException>(() => AdminEndpoint.StartAsync(
            new ListenAddress("127.0.0.1", first.Address.Port), new Instruments(), () => null, NullLoggerFactory.Instance, TestContext.Current.CancellationToken));

        Assert.StartsWith($"service.admin.endpoint: cannot listen on 127.0.0.1:{first.Address.Port}: ", error.Message, StringComparison.Ordinal);
    }

    private static Task<AdminEndpoint> Start(Instruments instruments, Func<string?> whyNotReady) => AdminEndpoint.StartAsync(
        FreePort, instruments, whyNotReady, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    private static async Task<(HttpStatusCode Status, string Text)> Get(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
