using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Browser;

/// <summary>The console of a real process in the system's Chromium. What is asserted stands in the file beside this one that each test names.</summary>
public sealed class BrowserTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Fact]
    public Task The_page_goes_from_empty_over_healthy_to_broken_without_a_reload() => RunAsync("glance.test.js");

    [Fact]
    public Task A_broken_handoff_shows_its_way_and_leads_to_its_trace_whatever_its_names_are() => RunAsync("broken.test.js");

    [Fact]
    public Task A_page_that_gets_no_answer_says_since_when_and_goes_on() => RunAsync("silence.test.js");

    private static async Task RunAsync(string file)
    {
        await using var baton = await BatonProcess.StartAsync("""
            continuity:
              export_lag: 1s
              settle: 1s
              relays:
                - name: render_job
                  produce: span.name == "produce.render_job"
                  acknowledge: span.name == "worker.ack_wake"
                  complete: span.name == "worker.complete"
                  deadlines: { schedule_to_start: 1s, schedule_to_close: 2s }
            exporters: { debug: }
            routing: { default: [debug] }
            """, arguments: ["--set", "service.admin.trace_url=\"https://backend.invalid/trace/{trace_id}?from=baton\""]);
        await using var node = ChildProcess.Start(
            "node", ["--test", "--test-reporter=spec", SourceTree.PathOf($"tests/Baton.EndToEnd.Tests/Browser/{file}")],
            new Dictionary<string, string> { ["BATON_ADMIN"] = baton.AdminEndpoint.ToString(), ["BATON_OTLP"] = baton.HttpEndpoint.ToString() });

        var code = await node.WaitForExitAsync(Limit);

        Assert.True(code == 0, string.Join(Environment.NewLine, node.Output));
    }
}
