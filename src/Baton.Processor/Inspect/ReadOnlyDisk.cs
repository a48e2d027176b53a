using Baton.Processor.Journal;

namespace Baton.Processor.Inspect;

/// <summary>A disk that is only looked at: whatever would change something fails. Files are opened for reading, so that a running instance is not disturbed.</summary>
internal sealed class ReadOnlyDisk(IDisk disk) : IDisk
{
    /// <inheritdoc/>
    public void CreateDirectory(string directory) => throw Refused();

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskOpen mode) => mode == DiskOpen.Create ? throw Refused() : disk.Open(path, DiskOpen.Read);

    /// <inheritdoc/>
    public void Rename(string path, string newPath) => throw Refused();

    /// <inheritdoc/>
    public void Copy(string path, string newPath) => throw Refused();

    /// <inheritdoc/>
    public void Delete(string path) => throw Refused();

    /// <inheritdoc/>
    public void SyncDirectory(string directory) => throw Refused();

    /// <inheritdoc/>
    public long FreeBytes(string directory) => disk.FreeBytes(directory);

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => throw Refused();

    private static IOException Refused() => new("An inspection changes nothing.");
}
