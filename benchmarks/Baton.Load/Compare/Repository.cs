namespace Baton.Load.Compare;

/// <summary>The repository that this tool was built in.</summary>
internal static class Repository
{
    private const string Marker = "Baton.Processor.sln";

    /// <summary>Its root directory, or null where the tool was copied elsewhere.</summary>
    public static string? Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, Marker))) return directory.FullName;
        }

        return null;
    }
}
