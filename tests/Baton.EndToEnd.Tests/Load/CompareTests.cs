using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Load;

public sealed class CompareTests
{
    [Fact]
    public async Task EverySpanThatTheBareHopAcknowledgedArrivesAndTheTableIsWritten()
    {
        using var directory = new TempDirectory();
        await using var compare = ChildProcess.Start(ChildProcess.DotnetHost,
        [
            Path.Combine(AppContext.BaseDirectory, "Baton.Load.dll"), "compare", "--only", "hop", "--rounds", "1",
            "--loads", "50", "50-gzip", "--rate", "5000", "--warm-up", "0.2", "--duration", "1", "--gzip-pool", "16",
            "--results", directory.Path, "--data", directory.Path,
        ]);

        Assert.Equal(0, await compare.WaitForExitAsync(TimeSpan.FromMinutes(15)));

        string file = Assert.Single(Directory.GetFiles(directory.Path));
        string report = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("| 50 plain | bare hop |", report, StringComparison.Ordinal);
        Assert.Contains("| 50 gzip | bare hop |", report, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(directory.Path));
    }

    [Fact]
    public async Task HopThatDoesNotStartIsNamedWithWhatToDo()
    {
        await using var compare = ChildProcess.Start(ChildProcess.DotnetHost,
            [Path.Combine(AppContext.BaseDirectory, "Baton.Load.dll"), "compare", "--only", "baton", "--baton", "no/such/baton"]);

        Assert.Equal(1, await compare.WaitForExitAsync());
        Assert.Contains(compare.Output, line => line.Contains("dotnet build src/Baton.Processor", StringComparison.Ordinal));
    }
}
