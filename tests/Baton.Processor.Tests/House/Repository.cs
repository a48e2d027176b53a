namespace Baton.Processor.Tests.House;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>With this variable set to 1, tests rewrite the generated files instead of comparing them.</summary>
    private const string UpdateVariable = "BATON_UPDATE_GENERATED";

    /// <summary>The directory of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file of the tree.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>
    /// Compares a generated file with what it should be. To bring it up to date, run the tests once with BATON_UPDATE_GENERATED=1, and
    /// read the difference before it is committed.
    /// </summary>
    public static void AssertGenerated(string relative, string expected)
    {
        var path = PathOf(relative);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }
        var actual = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(expected == actual, $"{relative} is stale. Run the tests once with {UpdateVariable}=1. First difference: {FirstDifference(expected, actual)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (wanted, found) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(wanted.Length, found.Length)).FirstOrDefault(i => wanted.ElementAtOrDefault(i) != found.ElementAtOrDefault(i));
        return $"line {line + 1}: expected \"{wanted.ElementAtOrDefault(line)}\", found \"{found.ElementAtOrDefault(line)}\"";
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Baton.Processor.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run below the source tree.");
        return directory;
    }
}
