using System.Globalization;
using Baton.Processor.Journal;

namespace Baton.Processor.State;

/// <summary>
/// The files of a state directory that make checkpoints valid: <c>CURRENT</c>, the manifest of the last complete one; <c>PREVIOUS</c>, that of the one before, kept in case the last
/// cannot be read; and <c>tables.N</c>, the engine's tables of checkpoint N. A new manifest is written and synced beside them, the old one is renamed to PREVIOUS, the new one to CURRENT, and the
/// directory is synced: whatever the moment of a crash, CURRENT or else PREVIOUS is whole, and names nothing that is not on disk.
/// </summary>
internal sealed class CheckpointFiles(IDisk disk, string directory)
{
    private const string Tables = "tables.";

    private readonly string _current = Path.Combine(directory, "CURRENT");
    private readonly string _previous = Path.Combine(directory, "PREVIOUS");
    private readonly string _next = Path.Combine(directory, "CURRENT.tmp");

    /// <summary>The manifests that are there, newest first: what each says, or why it cannot be read.</summary>
    public IReadOnlyList<FoundManifest> Find()
    {
        var files = disk.ListFiles(directory);
        return [.. new[] { _current, _previous }.Where(files.Contains).Select(Read)];
    }

    /// <summary>The engine's tables of a checkpoint; null if they are missing or damaged.</summary>
    public byte[]? ReadTables(Manifest manifest)
    {
        if (!disk.ListFiles(directory).Contains(TablesOf(manifest.Sequence))) return null;
        try
        {
            var bytes = ReadAll(TablesOf(manifest.Sequence));
            return bytes.Length == manifest.TablesLength && Crc32C.Of(bytes) == manifest.TablesChecksum ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Makes a checkpoint the current one. Its logs must be synced.</summary>
    /// <exception cref="IOException">It is not; the one before still is.</exception>
    public void Commit(Manifest manifest, ReadOnlyMemory<byte> tables)
    {
        WriteSynced(TablesOf(manifest.Sequence), tables);
        WriteSynced(_next, manifest.Write());
        // From here on the names of the tables and of new log files are durable: CURRENT will name them.
        disk.SyncDirectory(directory);
        // CURRENT is missing when the last attempt ended between these two renames. Then PREVIOUS is what counts, and must not be replaced by nothing.
        if (disk.ListFiles(directory).Contains(_current)) disk.Rename(_current, _previous);
        disk.Rename(_next, _current);
        disk.SyncDirectory(directory);
    }

    /// <summary>Removes what belongs to neither of two checkpoints.</summary>
    public void Purge(Manifest? current, Manifest? previous)
    {
        foreach (var path in disk.ListFiles(directory))
        {
            var name = Path.GetFileName(path);
            if (!name.StartsWith(Tables, StringComparison.Ordinal) && path != _next) continue;
            if (current is not null && path == TablesOf(current.Sequence)) continue;
            if (previous is not null && path == TablesOf(previous.Sequence)) continue;
            disk.Delete(path);
        }
    }

    /// <summary>Puts a manifest that cannot be used under another name: for whoever wants to look at it, and so that it does not become PREVIOUS.</summary>
    public void SetAside(string path) => disk.Rename(path, path + ".damaged");

    /// <summary>Puts all files into a directory of their own below this one, and returns its path.</summary>
    public string SetAllAside()
    {
        var files = disk.ListFiles(directory).Where(path => Path.GetFileName(path) != StateDirectory.LockFile).ToArray();
        var aside = Path.Combine(directory, "damaged");
        for (var number = 2; IsUsed(aside); number++) aside = Path.Combine(directory, $"damaged-{number}");
        disk.CreateDirectory(aside);
        foreach (var path in files) disk.Rename(path, Path.Combine(aside, Path.GetFileName(path)));
        disk.SyncDirectory(aside);
        disk.SyncDirectory(directory);
        return aside;
    }

    private bool IsUsed(string path)
    {
        try
        {
            return disk.ListFiles(path).Count > 0;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private FoundManifest Read(string path)
    {
        try
        {
            var manifest = Manifest.Read(ReadAll(path), out var fault);
            return new FoundManifest(path, manifest, manifest is null ? fault : "");
        }
        catch (IOException e)
        {
            return new FoundManifest(path, null, e.Message);
        }
    }

    private byte[] ReadAll(string path)
    {
        using var file = disk.Open(path, DiskOpen.Read);
        var bytes = new byte[file.Length];
        return bytes.AsSpan(0, file.Read(bytes, 0)).ToArray();
    }

    private void WriteSynced(string path, ReadOnlyMemory<byte> bytes)
    {
        using var file = disk.Open(path, DiskOpen.Create);
        if (!bytes.IsEmpty) file.Write([bytes], 0);
        file.Sync();
    }

    private string TablesOf(long sequence) => Path.Combine(directory, Tables + sequence.ToString("D10", CultureInfo.InvariantCulture));
}

/// <summary>A manifest file that is there.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Manifest">What it says; null if it cannot be read.</param>
/// <param name="Fault">Why it cannot be read.</param>
internal sealed record FoundManifest(string Path, Manifest? Manifest, string Fault);
