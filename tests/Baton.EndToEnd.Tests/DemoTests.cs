using System.Text.RegularExpressions;
using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests;

/// <summary>`baton demo` as a newcomer runs it.</summary>
public sealed partial class DemoTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Demo_tells_every_verdict_and_leaves_nothing_behind()
    {
        await using var demo = Start();

        Assert.Equal(0, await demo.WaitForExitAsync());

        Assert.Equal(
            [
                "1 of 5  HEALTHY JOB", "Verdict     continuous",
                "2 of 5  DROPPED CONTEXT", "Verdict     context_dropped",
                "3 of 5  SILENT SLEEP", "Verdict     silent_sleep",
                "4 of 5  STALLED WORKER", "Verdict     missing_completion",
                "5 of 5  LATE COMPLETION", "Verdict     missing_completion", "then        completed_late",
            ],
            demo.Output.Select(line => Landmark().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
        Assert.Contains("  Wake-up     0.130 s from the publication's end to the pick-up", demo.Output);
        Assert.Contains("  Full link   1.820 s from the publication's end to the completion's", demo.Output);
        Assert.Contains("All 15 spans that the applications sent came out of Baton, and 6 of its own.", demo.Output);
        Assert.Equal("All 5 conclusions are the expected ones.", demo.Output[^1]);
        Assert.DoesNotContain(demo.Output, line => line.Length > 80);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Demo_that_is_stopped_says_so_and_leaves_nothing_behind()
    {
        await using var demo = Start();

        await demo.WaitForLineAsync(line => line.EndsWith("produce.render_job", StringComparison.Ordinal));
        demo.Terminate();

        Assert.Equal(1, await demo.WaitForExitAsync());
        Assert.Equal("Stopped before its end; nothing is left behind.", demo.Output[^1]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    // Whatever it writes, it writes into the working directory or into TMPDIR: both are the test's own. The runtime's diagnostic sockets
    // would be there too.
    private ChildProcess Start() => ChildProcess.Start(
        ChildProcess.DotnetHost, [Path.Combine(AppContext.BaseDirectory, "baton.dll"), "demo"],
        new Dictionary<string, string> { ["TMPDIR"] = _directory.Path, ["DOTNET_EnableDiagnostics"] = "0" }, _directory.Path);

    [GeneratedRegex(@"^(?:  )?(\d of \d  [A-Z ]+|(?:Verdict|then) +\w+)(?::|$)")]
    private static partial Regex Landmark();
}
