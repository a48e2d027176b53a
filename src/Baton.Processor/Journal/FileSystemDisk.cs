using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Baton.Processor.Journal;

/// <summary>The operating system's files.</summary>
public sealed class FileSystemDisk : IDisk
{
    /// <inheritdoc/>
    public void CreateDirectory(string directory) => Guard(() => Directory.CreateDirectory(directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Guard(() => Directory.GetFiles(directory));

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskOpen mode) => Guard(() => new DiskFile(mode switch
    {
        // A file that is there is emptied; one that is not must not be: ext4 writes out, when it is closed, all of a file that was ever emptied, which for a segment is 64 MiB on a request's thread.
        DiskOpen.Create when !File.Exists(path) => Open(path, FileMode.CreateNew, FileAccess.ReadWrite),
        DiskOpen.Create => Open(path, FileMode.Create, FileAccess.ReadWrite),
        DiskOpen.Read => Open(path, FileMode.Open, FileAccess.Read),
        _ => Open(path, FileMode.Open, FileAccess.ReadWrite),
    }));

    /// <inheritdoc/>
    public void Rename(string path, string newPath) => Guard(() =>
    {
        File.Move(path, newPath, overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void Copy(string path, string newPath) => Guard(() =>
    {
        File.Copy(path, newPath, overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void Delete(string path) => Guard(() =>
    {
        File.Delete(path);
        return true;
    });

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        // .NET opens no handles on directories. On Windows the file system journals names by itself.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Posix.Open(directory, Posix.ReadOnly);
        if (descriptor < 0) throw Posix.Error("open", directory);
        try
        {
            if (Posix.FSync(descriptor) != 0) throw Posix.Error("fsync", directory);
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    /// <inheritdoc/>
    public long FreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            // On Unix this is flock(LOCK_EX | LOCK_NB), which the kernel releases with the process.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is 11 or 35 or unchecked((int)0x8007_0020))
        {
            // EWOULDBLOCK on Linux, on BSD and macOS; a sharing violation on Windows.
            return null;
        }
    }

    private static SafeFileHandle Open(string path, FileMode mode, FileAccess access) => File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>A lack of rights is a failure like any other here; .NET gives it a type outside IOException.</summary>
    private static T Guard<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private sealed class DiskFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0) break;
                total += read;
            }
            return total;
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            if (buffers.Count == 1) RandomAccess.Write(handle, buffers[0].Span, offset);
            else RandomAccess.Write(handle, buffers, offset);
        }

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Reserve(long bytes)
        {
            // Whatever it answers: a file system that cannot do it, or has no room, is told so by the writing itself.
            if (OperatingSystem.IsLinux() && Environment.Is64BitProcess) _ = Posix.FAllocate(handle, Posix.KeepSize, 0, bytes);
        }

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }

    private static class Posix
    {
        public const int ReadOnly = 0;

        /// <summary>FALLOC_FL_KEEP_SIZE: the file does not become longer.</summary>
        public const int KeepSize = 1;

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int FSync(int descriptor);

        // off_t has 64 bits where pointers have.
        [DllImport("libc", EntryPoint = "fallocate", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int FAllocate(SafeFileHandle descriptor, int mode, long offset, long length);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);

        public static IOException Error(string call, string path)
        {
            var errno = Marshal.GetLastPInvokeError();
            return new IOException($"{call} '{path}': {Marshal.GetPInvokeErrorMessage(errno)}", errno);
        }
    }
}
