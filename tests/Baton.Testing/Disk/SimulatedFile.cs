using Baton.Processor.Journal;

namespace Baton.Testing.Disk;

/// <summary>An open file of a <see cref="SimulatedDisk"/>; it stays usable when its name is removed.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path, SimulatedInode inode) : IDiskFile
{
    public long Length => inode.Length;

    public int Read(Span<byte> buffer, long offset)
    {
        // A span cannot be captured, so what was read is copied outside the call.
        var length = buffer.Length;
        var bytes = disk.Call(DiskOperation.Read, path, () =>
        {
            var start = Math.Min(offset, inode.Length);
            return inode.Bytes.Slice((int)start, (int)Math.Min(length, inode.Length - start)).ToArray();
        }, length);
        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        var bytes = new byte[buffers.Sum(buffer => buffer.Length)];
        var used = 0;
        foreach (var buffer in buffers)
        {
            buffer.Span.CopyTo(bytes.AsSpan(used));
            used += buffer.Length;
        }
        disk.Call(DiskOperation.Write, path, () =>
        {
            var overwritten = Math.Clamp(inode.Length - offset, 0, bytes.Length);
            var fitting = overwritten + disk.Fitting(bytes.Length - overwritten);
            inode.Write(offset, bytes.AsSpan(0, (int)fitting));
            return fitting == bytes.Length ? true : throw new IOException($"No space left for '{path}'.", 28);
        }, bytes.Length, fault => inode.Write(offset, bytes.AsSpan(0, (int)Math.Min(fault.WrittenBytes, bytes.Length))));
    }

    public void Truncate(long length) => disk.Call(DiskOperation.Truncate, path, () =>
    {
        inode.Truncate(length);
        return true;
    });

    public void Sync() => disk.Call(DiskOperation.Sync, path, () =>
    {
        if (!disk.IgnoreSyncs) inode.Sync();
        return true;
    }, partly: fault =>
    {
        // Who dies within a sync leaves its pages to be written.
        if (!fault.Crash) inode.FailToSync();
    });

    public void Dispose()
    {
    }
}
