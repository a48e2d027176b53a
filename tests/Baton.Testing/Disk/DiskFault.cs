namespace Baton.Testing.Disk;

/// <summary>What a process asks of a <see cref="SimulatedDisk"/>.</summary>
public enum DiskOperation
{
    /// <summary>Opening an existing file.</summary>
    Open,

    /// <summary>Creating or emptying a file.</summary>
    Create,

    /// <summary>Listing a directory.</summary>
    List,

    /// <summary>Reading from a file.</summary>
    Read,

    /// <summary>Writing to a file.</summary>
    Write,

    /// <summary>Cutting a file.</summary>
    Truncate,

    /// <summary>Syncing a file.</summary>
    Sync,

    /// <summary>Renaming a file.</summary>
    Rename,

    /// <summary>Copying a file.</summary>
    Copy,

    /// <summary>Removing a file.</summary>
    Delete,

    /// <summary>Syncing a directory.</summary>
    SyncDirectory,
}

/// <summary>One call, before it is carried out.</summary>
/// <param name="Number">Counts the calls of a disk, from 0.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Path">Of which file or directory.</param>
/// <param name="Length">How many bytes are to be read or written; 0 otherwise.</param>
public sealed record DiskCall(int Number, DiskOperation Operation, string Path, long Length);

/// <summary>What happens instead.</summary>
public sealed record DiskFault
{
    /// <summary>The errno of the failure; 0 when the call succeeds after all.</summary>
    public int Errno { get; init; }

    /// <summary>How many bytes of a write take place before the failure.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Whether the process dies here: this and every later call fails.</summary>
    public bool Crash { get; init; }

    /// <summary>What the call waits for before it goes on.</summary>
    public WaitHandle? Until { get; init; }

    /// <summary>EIO.</summary>
    public static DiskFault InputOutputError { get; } = new() { Errno = 5 };

    /// <summary>ENOSPC.</summary>
    public static DiskFault NoSpace { get; } = new() { Errno = 28 };

    /// <summary>The process dies after so many bytes of the write.</summary>
    public static DiskFault CrashAfter(long writtenBytes) => new() { Errno = 5, WrittenBytes = writtenBytes, Crash = true };

    /// <summary>A write that fails after so many bytes.</summary>
    public static DiskFault ShortWrite(long writtenBytes, int errno = 5) => new() { Errno = errno, WrittenBytes = writtenBytes };

    /// <summary>A call that stalls.</summary>
    public static DiskFault Stall(WaitHandle until) => new() { Until = until };
}
