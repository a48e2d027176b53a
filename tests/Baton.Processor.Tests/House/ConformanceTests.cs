using System.Text.RegularExpressions;

namespace Baton.Processor.Tests.House;

/// <summary>docs/conformance.md: no row without a test, and no test that is not there.</summary>
public sealed partial class ConformanceTests
{
    [Fact]
    public void Every_rule_names_tests_that_exist()
    {
        var rows = File.ReadAllLines(Repository.PathOf("docs/conformance.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| rule ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .ToList();
        var tests = Directory.GetFiles(Repository.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(method => $"{Path.GetFileNameWithoutExtension(file)}.{method.Groups[1].Value}"))
            .ToHashSet();

        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var named = Named().Matches(row.Split('|')[^2]).Select(name => name.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, $"No test is named: {row}");
            Assert.True(named.TrueForAll(tests.Contains), $"There is no test {string.Join(", ", named.Where(name => !tests.Contains(name)))}: {row}");
        }
    }

    [GeneratedRegex(@"public (?:async Task|Task|void) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex("`([A-Za-z0-9]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Named();
}
