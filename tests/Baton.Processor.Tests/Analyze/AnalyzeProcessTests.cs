using System.Text.Json.Nodes;
using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.Processor.Tests.Analyze;

/// <summary>The command as a shell sees it.</summary>
public sealed class AnalyzeProcessTests
{
    [Theory]
    [InlineData("dotnet-rabbitmq/01-normal", 0, "3 default continuous link x1")]
    [InlineData("node-bullmq/04-bulk", 0, "1 default continuous parent x4")]
    [InlineData("dotnet-rabbitmq/02-dropped-context", 1, "3 default context_dropped job_id x1")]
    public async Task It_reports_on_standard_output_and_ends_with_what_was_asked_for(string scenario, int exit, string handoffs)
    {
        using var directory = new TempDirectory();
        await using var baton = ChildProcess.Start(
            ChildProcess.DotnetHost,
            [Path.Combine(AppContext.BaseDirectory, "baton.dll"), "analyze", .. CaptureTests.Files(scenario), "--format", "json", "--fail-on", "context_dropped"],
            directory: directory.Path);

        Assert.Equal(exit, await baton.WaitForExitAsync());
        Assert.Equal(handoffs, CaptureTests.Summary(JsonNode.Parse(string.Join('\n', baton.Output))!).Handoffs);
        // It writes no state.
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }
}
