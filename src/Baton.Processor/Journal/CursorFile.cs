using System.Globalization;
using System.Text;

namespace Baton.Processor.Journal;

/// <summary>
/// A cursor's file: one or two lines that a person can read, of which the higher intact one counts. They are written in turn and in place, so that one is whole whatever happens to the other. One caller at a time.
/// </summary>
/// <remarks>
/// In place, because replacing a file ten times a second for each cursor (create, write, rename) has the file system write both files out each time: two per cent of all CPU time under load, measured, and
/// most of what an idle journal costs. Only the first position after a start replaces the file: what it holds then may be anything.
/// </remarks>
internal sealed class CursorFile(IDisk disk, string path, bool sync) : IDisposable
{
    /// <summary>Bytes of a file at most.</summary>
    public const int MaxBytes = 2 * LineBytes;

    private const int LineBytes = 64;

    private IDiskFile? _file;
    private int _next;

    /// <summary>Writes a position.</summary>
    /// <exception cref="IOException">The disk refused; the next call begins anew.</exception>
    public void Write(long position)
    {
        try
        {
            if (_file is null) Replace(position);
            else Overwrite(_file, position);
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Reads a file's bytes: the highest position that an intact line states.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out long position)
    {
        position = -1;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            if (TryParseLine(bytes[range], out var found)) position = Math.Max(position, found);
        }
        return position >= 0;
    }

    /// <summary>A line of a file, padded so that the other one always begins at the same place.</summary>
    public static byte[] Format(long position)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"baton-cursor 1 {position}");
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text} {Crc32C.Of(Encoding.ASCII.GetBytes(text)):x8}").PadRight(LineBytes - 1) + "\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out long position)
    {
        position = 0;
        var text = Encoding.ASCII.GetString(line).TrimEnd(' ');
        var parts = text.Split(' ');
        return parts.Length == 4
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out position)
            && text == Encoding.ASCII.GetString(Format(position)).TrimEnd(' ', '\n');
    }

    private void Replace(long position)
    {
        var temporary = path + ".tmp";
        _file = disk.Open(temporary, DiskOpen.Create);
        _file.Write([Format(position)], 0);
        if (sync) _file.Sync();
        disk.Rename(temporary, path);
        if (sync) disk.SyncDirectory(Path.GetDirectoryName(path)!);
        _next = 1;
    }

    private void Overwrite(IDiskFile file, long position)
    {
        file.Write([Format(position)], _next * LineBytes);
        if (sync) file.Sync();
        _next = 1 - _next;
    }
}
