using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Chart;

/// <summary>Values that the documents show can be installed.</summary>
[Collection(ChartGroup.Name)]
public sealed class ChartExampleTests(ChartFixture chart)
{
    [Fact]
    public Task Several_instances_behind_a_load_balancer() =>
        InstallsAsync(File.ReadAllText(Repository.PathOf("config/examples/load-balancing/values.yaml")));

    [Fact]
    public Task The_README_of_the_chart()
    {
        var page = File.ReadAllText(Repository.PathOf("helm/baton/README.md"));
        var begin = page.IndexOf("# my-values.yaml", StringComparison.Ordinal);
        return InstallsAsync(page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)]);
    }

    private async Task InstallsAsync(string values)
    {
        var rendering = await chart.RenderAsync(values);

        Assert.Null(rendering.Error);
        Assert.Empty(await chart.FaultsAsync(rendering));
        using var directory = new Testing.TempDirectory();
        await File.WriteAllTextAsync(directory["baton.yaml"], rendering.Configuration);
        Assert.Empty(Processor.Configuration.BatonConfiguration.Load([directory["baton.yaml"]], [], _ => "set").Faults);
    }
}
