using Baton.Processor.Journal;

namespace Baton.Processor.Inspect;

/// <summary>Finds journal and state: in the directories of these names below the given one, or the given one is itself one of them.</summary>
internal static class DataDirectory
{
    /// <summary>Reads what is there.</summary>
    /// <param name="disk">The disk; it is only read.</param>
    /// <param name="directory">The data directory, or that of a journal or of a state.</param>
    /// <param name="fault">Why there is nothing to say; empty otherwise.</param>
    public static Inspection? TryInspect(IDisk disk, string directory, out string fault)
    {
        var reading = new ReadOnlyDisk(disk);
        fault = "";
        try
        {
            var journal = Find(reading, directory, "journal", JournalReading.IsJournal);
            var state = Find(reading, directory, "state", StateReading.IsState);
            if (journal is not null || state is not null)
                return new Inspection(journal is null ? null : new JournalReading(reading, journal).Run(), state is null ? null : new StateReading(reading, state).Run());
            fault = $"{directory} holds no data of Baton: neither it nor its subdirectories journal and state have segments or checkpoints. Name the directory that journal.directory or state.directory is in.";
        }
        catch (DirectoryNotFoundException)
        {
            fault = $"{directory} does not exist. Name the directory that journal.directory or state.directory is in.";
        }
        catch (IOException e)
        {
            fault = $"{directory} cannot be read: {e.Message} Check its owner and rights.";
        }
        return null;
    }

    private static string? Find(ReadOnlyDisk disk, string directory, string name, Func<IEnumerable<string>, bool> isOne)
    {
        if (isOne(disk.ListFiles(directory))) return directory;
        var below = Path.Combine(directory, name);
        try
        {
            return isOne(disk.ListFiles(below)) ? below : null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }
}
