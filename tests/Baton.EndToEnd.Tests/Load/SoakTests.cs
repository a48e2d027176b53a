using System.Text.RegularExpressions;
using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Load;

/// <summary>The short form of <c>dotnet run -c Release --project benchmarks/Baton.Load -- soak</c>, which says nothing of memory yet.</summary>
public sealed partial class SoakTests
{
    [GeneratedRegex(@"^Failed: \d+ calls were not answered OK; the first: grpc-status 14: The request stopped arriving before its end\. Send it again\.\.$", RegexOptions.Multiline)]
    private static partial Regex Stalled();

    [Fact]
    public async Task Good_senders_are_all_answered_OK_beside_senders_that_stall()
    {
        using var directory = new TempDirectory();
        await using var soak = ChildProcess.Start(ChildProcess.DotnetHost,
        [
            Path.Combine(AppContext.BaseDirectory, "Baton.Load.dll"), "soak", "--minutes", "0.2", "--connections", "200", "--stalled", "10",
            "--rate", "100", "--baton", Path.Combine(AppContext.BaseDirectory, "baton.dll"), "--results", directory.Path, "--data", directory.Path,
        ]);

        var code = await soak.WaitForExitAsync(TimeSpan.FromMinutes(15));

        // Where a machine leaves a good sender no time for seconds, it stalls too, and is told to send again.
        var report = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(directory.Path)), TestContext.Current.CancellationToken);
        Assert.True(code == 0 || Stalled().IsMatch(report), string.Join(Environment.NewLine, soak.Output));
        Assert.Empty(Directory.GetDirectories(directory.Path));
    }
}
