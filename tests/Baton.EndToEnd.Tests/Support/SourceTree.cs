namespace Baton.EndToEnd.Tests.Support;

/// <summary>The source tree that the tests were built from.</summary>
internal static class SourceTree
{
    /// <summary>The path of a file of the tree.</summary>
    public static string PathOf(string relative)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Baton.Processor.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run below the source tree.");
        return Path.Combine(directory, relative);
    }
}
