namespace Baton.Testing;

/// <summary>A directory of one test's own, removed with all that is in it.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Absolute path; exists until disposed.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("baton-").FullName;

    /// <summary>A path below the directory; nothing is created.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
