using Baton.Processor.Journal;

namespace Baton.Simulation;

/// <summary>A disk on which the manifest never becomes CURRENT: a planted bug.</summary>
internal sealed class NoRename(IDisk disk) : IDisk
{
    public void CreateDirectory(string directory) => disk.CreateDirectory(directory);

    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    public IDiskFile Open(string path, DiskOpen mode) => disk.Open(path, mode);

    public void Rename(string path, string newPath)
    {
        if (Path.GetFileName(newPath) != "CURRENT") disk.Rename(path, newPath);
    }

    public void Copy(string path, string newPath) => disk.Copy(path, newPath);

    public void Delete(string path) => disk.Delete(path);

    public void SyncDirectory(string directory) => disk.SyncDirectory(directory);

    public long FreeBytes(string directory) => disk.FreeBytes(directory);

    public IDisposable? TryLock(string path) => disk.TryLock(path);
}
