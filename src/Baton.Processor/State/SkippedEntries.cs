using System.Globalization;
using System.Text;
using Baton.Processor.Journal;

namespace Baton.Processor.State;

/// <summary>
/// Ranges of the journal that judging failed on, so that the next start leaves them out: a bug that one entry brings out must end the process once, not at every start, for as long as
/// a supervisor starts it anew, refusing everybody's data in between.
/// </summary>
/// <remarks>A small text file beside the checkpoints: one range a line, first position and the one after the last.</remarks>
internal sealed class SkippedEntries
{
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly List<(long From, long To)> _ranges = [];

    private SkippedEntries(IDisk disk, string directory)
    {
        _disk = disk;
        _directory = directory;
    }

    private string FilePath => Path.Combine(_directory, "skipped");

    /// <summary>Reads the file, if there is one; leaves out what lies before a position, because no replay goes back there.</summary>
    public static SkippedEntries Load(IDisk disk, string directory, long replayFrom, ILogger logger)
    {
        var skipped = new SkippedEntries(disk, directory);
        if (!disk.ListFiles(directory).Contains(skipped.FilePath)) return skipped;
        foreach (var line in skipped.Text(logger).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = line.Split(' ');
            if (ends.Length == 2 && Parse(ends[0]) is { } from && Parse(ends[1]) is { } to && to > replayFrom) skipped._ranges.Add((from, to));
        }
        return skipped;
    }

    /// <summary>True if there is nothing to leave out.</summary>
    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>How many ranges there are.</summary>
    public int Count => _ranges.Count;

    /// <summary>True if the entry at a position is to be left out.</summary>
    public bool Contains(long position) => _ranges.Exists(range => position >= range.From && position < range.To);

    /// <summary>Has a range left out from the next start on.</summary>
    /// <exception cref="IOException">It could not be noted.</exception>
    public void Add(long from, long to)
    {
        _ranges.Add((from, to));
        var text = string.Concat(_ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.From} {range.To}\n")));
        var next = FilePath + ".tmp";
        using (var file = _disk.Open(next, DiskOpen.Create))
        {
            file.Write([Encoding.ASCII.GetBytes(text)], 0);
            file.Sync();
        }
        _disk.Rename(next, FilePath);
        _disk.SyncDirectory(_directory);
    }

    private string Text(ILogger logger)
    {
        try
        {
            using var file = _disk.Open(FilePath, DiskOpen.Read);
            var bytes = new byte[file.Length];
            return Encoding.ASCII.GetString(bytes, 0, file.Read(bytes, 0));
        }
        catch (IOException e)
        {
            logger.LogError("{File} cannot be read: {Error} It names entries that judging failed on; if one of them is replayed now, it will be noted anew.", FilePath, e.Message);
            return "";
        }
    }

    private static long? Parse(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;
}
