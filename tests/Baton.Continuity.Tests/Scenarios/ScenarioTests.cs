using Baton.Continuity.Tests.Scenarios.Runner;

namespace Baton.Continuity.Tests.Scenarios;

/// <summary>Every scenario of this folder, played in every way that it allows: README.md tells the format.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Scenario.Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Holds(string scenario)
    {
        var loaded = Scenario.Load(scenario);
        foreach (var variant in Variant.Of(loaded))
        {
            var differences = Comparison.Of(loaded, ScenarioRun.Play(loaded, variant), variant);
            Assert.True(differences.Count == 0, $"{scenario}, {variant}: {loaded.Told.Title}\n{string.Join('\n', differences)}");
        }
    }
}
