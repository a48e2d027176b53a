using Baton.Processor.Journal;

namespace Baton.Testing.Disk;

/// <summary>
/// A disk in memory that fails as told, at any call; that loses what was not synced; and from which a second disk can be made as it is found after a crash of the process, or after a loss of power.
/// All members may be used from any thread.
/// </summary>
public sealed class SimulatedDisk : IDisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedInode> _files = new(StringComparer.Ordinal);

    // The names that a loss of power leaves, and the changes to names since they were synced: each makes the older state into the newer.
    private readonly List<Action<Dictionary<string, SimulatedInode>>> _unsyncedNames = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedInode> _durableNames = new(StringComparer.Ordinal);
    private int _calls;
    private bool _dead;

    /// <summary>Asked before each call: what should go wrong; null for nothing.</summary>
    public Func<DiskCall, DiskFault?>? Inject { get; set; }

    /// <summary>Bytes that all files together may have; writes beyond fail with ENOSPC, after as much as fits.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Makes syncs do nothing: a planted bug, for tests that must notice it.</summary>
    public bool IgnoreSyncs { get; set; }

    /// <summary>How many calls there were.</summary>
    public int Calls
    {
        get
        {
            lock (_gate) return _calls;
        }
    }

    /// <summary>A file's bytes, to look at or to damage in place.</summary>
    public Span<byte> this[string path]
    {
        get
        {
            lock (_gate) return _files[path].Bytes;
        }
    }

    /// <summary>The paths of all files, in order.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_gate) return [.. _files.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether the process has died.</summary>
    public bool IsDead
    {
        get
        {
            lock (_gate) return _dead;
        }
    }

    /// <summary>The process dies: every further call fails.</summary>
    public void Crash()
    {
        lock (_gate) _dead = true;
    }

    /// <summary>The disk as the next process finds it: everything that was written, synced or not.</summary>
    public SimulatedDisk AfterProcessCrash()
    {
        lock (_gate)
        {
            _dead = true;
            var copies = _files.Values.Concat(_durableNames.Values).Distinct().ToDictionary(inode => inode, inode => inode.Copy());
            var next = new SimulatedDisk { Capacity = Capacity, IgnoreSyncs = IgnoreSyncs };
            foreach (var (path, inode) in _files) next._files[path] = copies[inode];
            foreach (var (path, inode) in _durableNames) next._durableNames[path] = copies[inode];
            // What names were not synced is not known any more: the next sync of the directory makes all of them durable.
            var names = new Dictionary<string, SimulatedInode>(next._files, StringComparer.Ordinal);
            next._unsyncedNames.Add(target => Replace(target, names));
            return next;
        }
    }

    /// <summary>The disk as it is found after the power was lost: unsynced sectors in any combination, unsynced names up to some point in their order.</summary>
    public SimulatedDisk AfterPowerLoss(Random random)
    {
        lock (_gate)
        {
            _dead = true;
            var names = new Dictionary<string, SimulatedInode>(_durableNames, StringComparer.Ordinal);
            foreach (var change in _unsyncedNames.Take(random.Next(_unsyncedNames.Count + 1))) change(names);
            var next = new SimulatedDisk { Capacity = Capacity, IgnoreSyncs = IgnoreSyncs };
            foreach (var (path, inode) in names) next._files[path] = inode.AfterPowerLoss(random);
            next._durableNames = new Dictionary<string, SimulatedInode>(next._files, StringComparer.Ordinal);
            return next;
        }
    }

    /// <inheritdoc/>
    public void CreateDirectory(string directory)
    {
        // A directory is where its files are.
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Call(DiskOperation.List, directory, () =>
        (IReadOnlyList<string>)[.. _files.Keys.Where(path => Path.GetDirectoryName(path) == directory)]);

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskOpen mode) => Call(mode == DiskOpen.Create ? DiskOperation.Create : DiskOperation.Open, path, () =>
    {
        if (_files.TryGetValue(path, out var inode))
        {
            if (mode == DiskOpen.Create) inode.Truncate(0);
        }
        else
        {
            if (mode != DiskOpen.Create) throw new FileNotFoundException($"No file '{path}'.");
            _files[path] = inode = new SimulatedInode();
            _unsyncedNames.Add(names => names[path] = inode);
        }
        return new SimulatedFile(this, path, inode);
    });

    /// <inheritdoc/>
    public void Rename(string path, string newPath) => Call(DiskOperation.Rename, path, () =>
    {
        if (!_files.Remove(path, out var inode)) throw new FileNotFoundException($"No file '{path}'.");
        _files[newPath] = inode;
        _unsyncedNames.Add(names =>
        {
            names.Remove(path);
            names[newPath] = inode;
        });
        return true;
    });

    /// <inheritdoc/>
    public void Copy(string path, string newPath) => Call(DiskOperation.Copy, path, () =>
    {
        if (!_files.TryGetValue(path, out var inode)) throw new FileNotFoundException($"No file '{path}'.");
        var copy = new SimulatedInode();
        copy.Write(0, inode.Bytes);
        _files[newPath] = copy;
        _unsyncedNames.Add(names => names[newPath] = copy);
        return true;
    });

    /// <inheritdoc/>
    public void Delete(string path) => Call(DiskOperation.Delete, path, () =>
    {
        _files.Remove(path);
        _unsyncedNames.Add(names => names.Remove(path));
        return true;
    });

    /// <inheritdoc/>
    public void SyncDirectory(string directory) => Call(DiskOperation.SyncDirectory, directory, () =>
    {
        if (IgnoreSyncs) return true;
        Replace(_durableNames, _files);
        _unsyncedNames.Clear();
        return true;
    });

    /// <inheritdoc/>
    public long FreeBytes(string directory)
    {
        lock (_gate) return Capacity == long.MaxValue ? long.MaxValue : Fitting(long.MaxValue);
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        lock (_gate) return _locks.Add(path) ? new HeldLock(this, path) : null;
    }

    /// <summary>Carries out one call, or what is injected instead of it.</summary>
    internal T Call<T>(DiskOperation operation, string path, Func<T> carryOut, long length = 0, Action<DiskFault>? partly = null)
    {
        DiskFault? fault;
        lock (_gate)
        {
            var call = new DiskCall(_calls++, operation, path, length);
            fault = Inject?.Invoke(call);
        }
        fault?.Until?.WaitOne();
        lock (_gate)
        {
            if (_dead) throw new IOException("The process has died.", 5);
            if (fault is null || fault.Errno == 0) return carryOut();
            partly?.Invoke(fault);
            _dead |= fault.Crash;
            throw new IOException($"Injected: {operation} of '{path}'.", fault.Errno);
        }
    }

    /// <summary>How many of so many more bytes still fit.</summary>
    internal long Fitting(long growth) => Math.Clamp(Capacity - _files.Values.Sum(inode => inode.Length), 0, growth);

    private static void Replace(Dictionary<string, SimulatedInode> target, Dictionary<string, SimulatedInode> source)
    {
        target.Clear();
        foreach (var (path, inode) in source) target[path] = inode;
    }

    private sealed class HeldLock(SimulatedDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate) disk._locks.Remove(path);
        }
    }
}
