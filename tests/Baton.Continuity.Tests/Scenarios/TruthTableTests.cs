using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Baton.Continuity.Tests.Scenarios;

/// <summary>The truth table in the README of Baton.Continuity and the scenarios are the same list.</summary>
public partial class TruthTableTests
{
    [Fact]
    public void Every_row_names_what_proves_it_and_every_scenario_stands_in_a_row()
    {
        var rows = Rows().ToList();
        var scenarios = ScenarioTests.Files.Select(file => file.Data).ToHashSet();
        var proofs = scenarios.Union(TestNames()).ToHashSet();
        var named = rows.SelectMany(ProofsOf).ToHashSet();

        Assert.Empty(rows.Where(row => !ProofsOf(row).Any()).Select(row => $"names no proof: {row}"));
        Assert.Empty(named.Except(proofs).Select(name => $"there is neither a scenario nor a test {name}"));
        Assert.Empty(scenarios.Except(named).Select(name => $"the scenario {name} stands in no row of src/Baton.Continuity/README.md"));
    }

    private static IEnumerable<string> ProofsOf(string row) => Name().Matches(row.Split('|')[^2]).Select(name => name.Groups[1].Value);

    private static IEnumerable<string> TestNames() =>
        from type in typeof(TruthTableTests).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0
        select $"{type.Name}.{method.Name}";

    /// <summary>The rows of all tables whose last column is `proved by`, without those that are a heading.</summary>
    private static IEnumerable<string> Rows([CallerFilePath] string here = "")
    {
        var readme = Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Baton.Continuity/README.md");
        var inTable = false;
        foreach (var line in File.ReadLines(readme))
        {
            var isHead = line.EndsWith("| proved by |", StringComparison.Ordinal);
            inTable = isHead || (inTable && line.StartsWith('|'));
            if (inTable && !isHead && !line.StartsWith("| ---", StringComparison.Ordinal) && !line.StartsWith("| **", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex("`([A-Za-z0-9_.-]+)`")]
    private static partial Regex Name();
}
