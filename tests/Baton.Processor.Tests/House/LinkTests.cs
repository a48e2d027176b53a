using System.Text.RegularExpressions;

namespace Baton.Processor.Tests.House;

/// <summary>What a page of the repository links to is there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. new[] { ".", "docs", "helm", "config", "benchmarks" }
        .SelectMany(folder => Directory.EnumerateFiles(
            Repository.PathOf(folder), "*.md", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
        .Select(page => Path.GetRelativePath(Repository.Root, page)).Where(page => !page.Contains("/bin/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_that_are_there(string page)
    {
        var path = Repository.PathOf(page);
        var broken = Link().Matches(File.ReadAllText(path)).Select(link => link.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)));

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
