namespace Baton.Processor.Journal;

/// <summary>
/// The file operations that durability rests on. Two implementations: <see cref="FileSystemDisk"/>, and one of the tests that injects faults.
/// Failures are <see cref="IOException"/>s whose HResult is the errno.
/// </summary>
public interface IDisk
{
    /// <summary>Creates a directory and its parents, if they are not there.</summary>
    void CreateDirectory(string directory);

    /// <summary>The full paths of a directory's files, in no particular order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Opens a file.</summary>
    IDiskFile Open(string path, DiskOpen mode);

    /// <summary>Gives a file a new name, replacing what has it, atomically.</summary>
    void Rename(string path, string newPath);

    /// <summary>Copies a file, replacing what has the new name.</summary>
    void Copy(string path, string newPath);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in a directory survive a loss of power.</summary>
    void SyncDirectory(string directory);

    /// <summary>Bytes that may still be written to the file system of a directory; <see cref="long.MaxValue"/> where it does not tell.</summary>
    long FreeBytes(string directory);

    /// <summary>Takes an exclusive lock that ends with the process. Null when another holder has it.</summary>
    IDisposable? TryLock(string path);
}

/// <summary>An open file. Reads may run beside one writer.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads at an offset until the buffer or the file ends; returns the number of bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all buffers, one after the other, at an offset. After a failure any part may have been written.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset);

    /// <summary>Cuts the file to a length.</summary>
    void Truncate(long length);

    /// <summary>Asks for room on the disk for the first <paramref name="bytes"/> of the file, whose length stays as it is. A wish: where it is not granted nothing happens, and writing costs what it costs.</summary>
    void Reserve(long bytes)
    {
    }

    /// <summary>Makes what was written survive a loss of power.</summary>
    void Sync();
}

/// <summary>How a file is opened.</summary>
public enum DiskOpen
{
    /// <summary>An existing file, for reading.</summary>
    Read,

    /// <summary>An existing file, for reading and writing.</summary>
    ReadWrite,

    /// <summary>A new, empty file, for reading and writing; an existing one is emptied.</summary>
    Create,
}
