using System.Text.Json;
using System.Text.RegularExpressions;
using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Baton.EndToEnd.Tests.Runbooks;

/// <summary>The programs that docs/runbooks/carrying-the-context.md hands to its readers do what it says.</summary>
public sealed partial class CarryingTheContextTests
{
    private const string Programs = "tests/Baton.EndToEnd.Tests/Runbooks";

    [Theory]
    [InlineData("csharp", "WakeUps.cs")]
    [InlineData("js", "javascript/wake-ups.js")]
    public async Task Page_shows_the_program_that_is_run(string language, string file)
    {
        var page = await File.ReadAllTextAsync(SourceTree.PathOf("docs/runbooks/carrying-the-context.md"), TestContext.Current.CancellationToken);
        var shown = Assert.Single(Block().Matches(page), block => block.Groups["language"].Value == language).Groups["code"].Value;

        Assert.EndsWith(shown, await File.ReadAllTextAsync(SourceTree.PathOf($"{Programs}/{file}"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_program_publishes_the_other_runs_and_baton_sees_one_job_each_time()
    {
        await using var baton = await BatonProcess.StartAsync("""
            continuity:
              relays:
                - { name: jobs, produce: span.name == "produce.render_job", acknowledge: span.name == "worker.ack_wake", complete: span.name == "worker.complete", deadlines: { schedule_to_close: 1h } }
            routing: { default: [] }
            """);

        await RunInDotnetAsync(baton, await PublishInDotnetAsync(baton, "dotnet to dotnet"));
        await RunInJavaScriptAsync(baton, await PublishInDotnetAsync(baton, "dotnet to JavaScript"));
        await RunInDotnetAsync(baton, await PublishInJavaScriptAsync(baton, "JavaScript to dotnet"));
        await RunInJavaScriptAsync(baton, await PublishInJavaScriptAsync(baton, "JavaScript to JavaScript"));

        var page = await baton.WaitForMetricsAsync(page => page.Sum("baton_handoffs_completed_total", ("relay", "jobs"), ("timeliness", "in_time")) == 4, TimeSpan.FromMinutes(2));
        Assert.Equal(4, page.Sum("baton_handoffs_opened_total", ("relay", "jobs")));
        Assert.Equal(4, page.Sum("baton_wake_up_latency_seconds_count", ("relay", "jobs")));
        Assert.Equal(page.Sum("baton_joins_total"), page.Sum("baton_joins_total", ("relay", "jobs"), ("match", "parent")));
        Assert.Equal(0, page.Sum("baton_orphan_consumers_total"));
    }

    private static async Task<string> PublishInDotnetAsync(BatonProcess baton, string job)
    {
        using var provider = Tracing(baton, "shop-dotnet");
        var wakeUp = "";
        await WakeUps.PublishAsync(job, headers =>
        {
            wakeUp = JsonSerializer.Serialize(new { job, headers });
            return Task.CompletedTask;
        });
        Assert.True(provider.ForceFlush());
        return wakeUp;
    }

    private static async Task RunInDotnetAsync(BatonProcess baton, string wakeUp)
    {
        using var provider = Tracing(baton, "worker-dotnet");
        using var read = JsonDocument.Parse(wakeUp);
        var headers = read.RootElement.GetProperty("headers").Deserialize<Dictionary<string, string>>()!;
        var worked = false;
        await WakeUps.RunAsync(read.RootElement.GetProperty("job").GetString()!, headers, () =>
        {
            worked = true;
            return Task.CompletedTask;
        });
        Assert.True(worked);
        Assert.True(provider.ForceFlush());
    }

    private static async Task<string> PublishInJavaScriptAsync(BatonProcess baton, string job)
    {
        await using var node = Node(baton, "publish", job);
        var wakeUp = await node.WaitForLineAsync(line => line.StartsWith('{'));
        Assert.Equal(0, await node.WaitForExitAsync());
        return wakeUp;
    }

    private static async Task RunInJavaScriptAsync(BatonProcess baton, string wakeUp)
    {
        await using var node = Node(baton, "run", wakeUp);
        await node.WaitForLineAsync(line => line == "done");
        Assert.Equal(0, await node.WaitForExitAsync());
        Assert.Contains("working", node.Output);
    }

    private static TracerProvider Tracing(BatonProcess baton, string service) => OpenTelemetry.Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource.AddService(service))
        .AddSource("Jobs")
        .AddOtlpExporter(options =>
        {
            options.Protocol = OtlpExportProtocol.Grpc;
            options.Endpoint = baton.GrpcEndpoint;
            options.TimeoutMilliseconds = 60_000;
        })
        .Build();

    private static ChildProcess Node(BatonProcess baton, params string[] arguments) => ChildProcess.Start(
        "node", ["job.js", .. arguments], new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"{baton.HttpEndpoint}" }, SourceTree.PathOf($"{Programs}/javascript"));

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
