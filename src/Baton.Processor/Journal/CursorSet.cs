using System.Collections.Concurrent;

namespace Baton.Processor.Journal;

/// <summary>The named cursors of a journal, and their files.</summary>
internal sealed class CursorSet(JournalOptions options, IDisk disk, TimeProvider time, ILogger logger)
{
    private const string Extension = ".cursor";
    private readonly Dictionary<string, JournalCursor> _cursors = new(StringComparer.Ordinal);

    // The names whose files cannot be written at present.
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);
    private volatile int _unknown;
    private int _trying;

    public TimeSpan SaveInterval => options.EffectiveCursorSaveInterval;

    /// <summary>The lowest position that an intact file stated when the journal was opened; null where there was none.</summary>
    public long? LowestFound { get; private set; }

    /// <summary>Called when a hold has advanced.</summary>
    public Action Moved { get; set; } = () => { };

    /// <summary>The position below which nobody needs anything; null when there are no cursors.</summary>
    public long? LowestHold()
    {
        lock (_cursors) return _cursors.Count == 0 ? null : _cursors.Values.Min(cursor => cursor.Hold);
    }

    /// <summary>The highest position that a cursor has; 0 when there are none.</summary>
    public long Highest()
    {
        lock (_cursors) return _cursors.Count == 0 ? 0 : _cursors.Values.Max(cursor => cursor.Position);
    }

    /// <summary>Reads the files. A damaged one makes its owner begin at <paramref name="head"/>: twice rather than never.</summary>
    public void Load(IEnumerable<string> files, long head)
    {
        foreach (var path in files.Where(path => path.EndsWith(Extension, StringComparison.Ordinal)))
        {
            var name = Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path));
            var intact = TryRead(path, out var position);
            if (intact) LowestFound = Math.Min(LowestFound ?? long.MaxValue, position);
            if (!intact)
            {
                position = head;
                Attempt(() => disk.Copy(path, path + ".corrupt"), "copied", path);
                logger.LogError("The journal cursor {File} is damaged. '{Name}' starts again at the oldest entry, {Position}; what it had sent already is sent twice.", path, name, head);
            }
            else if (position < head)
            {
                logger.LogWarning("The journal cursor of '{Name}' is at {Position}, and the journal begins at {Head} only: it goes on there.", name, position, head);
                position = head;
            }
            _cursors[name] = new JournalCursor(this, FileOf(name), time, name, position, intact);
        }
    }

    /// <summary>
    /// False while an exporter's new cursor cannot be written; it is tried again here. A start after a crash would take the exporter for a new one once more, and begin at the end then: so nothing may be
    /// acknowledged meanwhile.
    /// </summary>
    public bool TryMakeKnown()
    {
        if (_unknown == 0) return true;
        // One tries; others need not wait for a disk that fails.
        if (Interlocked.Exchange(ref _trying, 1) != 0) return false;
        List<JournalCursor> cursors;
        lock (_cursors) cursors = [.. _cursors.Values];
        foreach (var cursor in cursors) cursor.Flush();
        Interlocked.Exchange(ref _trying, 0);
        return _unknown == 0;
    }

    /// <param name="name">The cursor's name.</param>
    /// <param name="start">Where a new one begins.</param>
    /// <param name="beginsAtTail">True if it could not be told after a crash where that was.</param>
    public JournalCursor GetOrAdd(string name, Func<long> start, bool beginsAtTail = false)
    {
        JournalCursor? cursor;
        lock (_cursors)
        {
            if (_cursors.TryGetValue(name, out cursor)) return cursor;
            _cursors[name] = cursor = new JournalCursor(this, FileOf(name), time, name, start(), written: false, beginsAtTail);
            if (beginsAtTail) Interlocked.Increment(ref _unknown);
        }
        cursor.Flush();
        return cursor;
    }

    /// <summary>Forgets the cursors of other names.</summary>
    public void Keep(IReadOnlyCollection<string> names, long tail)
    {
        lock (_cursors)
        {
            foreach (var cursor in _cursors.Values.Where(cursor => !names.Contains(cursor.Name)).ToList())
            {
                logger.LogWarning("'{Name}' is no longer configured: its journal cursor is removed, with {Bytes} bytes not yet read.", cursor.Name, tail - cursor.Position);
                cursor.Stop();
                cursor.Close();
                if (cursor.TryBecomeKnown()) Interlocked.Decrement(ref _unknown);
                _cursors.Remove(cursor.Name);
                Attempt(() => disk.Delete(PathOf(cursor.Name)), "removed", PathOf(cursor.Name));
            }
        }
        Moved();
    }

    /// <summary>Writes a cursor's file; says so once when that begins to fail, and once when it ends.</summary>
    public bool TryWrite(JournalCursor cursor, long position)
    {
        var path = PathOf(cursor.Name);
        try
        {
            cursor.File.Write(position);
            if (cursor.TryBecomeKnown()) Interlocked.Decrement(ref _unknown);
            if (_failing.TryRemove(cursor.Name, out _)) logger.LogInformation("The journal cursor {File} can be written again.", path);
            return true;
        }
        catch (IOException e)
        {
            if (_failing.TryAdd(cursor.Name, true)) logger.LogError("The journal cursor {File} cannot be written: {Error} After a crash, '{Name}' would send again what it has sent since.", path, e.Message, cursor.Name);
            return false;
        }
    }

    public void Close()
    {
        lock (_cursors)
        {
            foreach (var cursor in _cursors.Values)
            {
                cursor.Stop();
                cursor.Flush();
                cursor.Close();
            }
        }
    }

    // Names such as otlp/tempo hold characters that file names cannot.
    private string PathOf(string name) => Path.Combine(options.Directory, Uri.EscapeDataString(name) + Extension);

    private CursorFile FileOf(string name) => new(disk, PathOf(name), options.Durability == JournalDurability.Disk);

    private void Attempt(Action operation, string what, string path)
    {
        try
        {
            operation();
        }
        catch (IOException e)
        {
            logger.LogWarning("The journal cursor {File} cannot be {What}: {Error}", path, what, e.Message);
        }
    }

    private bool TryRead(string path, out long position)
    {
        position = 0;
        try
        {
            using var file = disk.Open(path, DiskOpen.Read);
            var bytes = new byte[CursorFile.MaxBytes];
            return CursorFile.TryParse(bytes.AsSpan(0, file.Read(bytes, 0)), out position);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
