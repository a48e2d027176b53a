using Baton.Fuzzing.Journals;
using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Fuzzing.Targets;

/// <summary>
/// The journal's files with anything in them: it opens, it yields nothing that was not written, everything intact is read, what is lost is
/// reported, and it goes on. An input's first byte chooses the file that it replaces and the durability; what follows is the file. A bit of it
/// makes all checksums right, as no disk does: then anything may be read, but still it is read, and in order.
/// </summary>
internal sealed class JournalTarget : FuzzTarget
{
    private readonly WrittenJournal _written = WrittenJournal.Make();

    public override int MaxLength => 2048;

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
            return;
        var replaced = (input[0] & 3) % _written.Paths.Count;
        var durability = (input[0] & 4) == 0 ? JournalDurability.Os : JournalDurability.Disk;
        var maxBytes = (input[0] & 8) == 0 ? 1 << 16 : 60;
        var isForged = (input[0] & 16) != 0;
        var bytes = isForged ? Forgery.Of(input[1..]) : input[1..];
        var disk = _written.OnDisk(replaced, bytes);
        var isLast = replaced == _written.Paths.Count - 1;

        Processor.Journal.Journal journal;
        try
        {
            journal = WrittenJournal.Open(disk, durability);
        }
        catch (Processor.StartupException e)
        {
            // A version that this Baton does not know, in a header that is intact.
            FindingException.Unless(e.Message.Contains("format version", StringComparison.Ordinal), e.Message);
            return;
        }
        var opened = new OpenedJournal(journal, maxBytes);
        if (isForged)
            FindingException.Unless(opened.Read().Zip(opened.Read().Skip(1)).All(pair => pair.First.NextPosition <= pair.Second.Position), "the order of the entries");
        else
            Compare(opened, _written.Intact(replaced, bytes), isLast && durability == JournalDurability.Disk);
        var all = opened.GoesOn();
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        using var again = new ClosingJournal(WrittenJournal.Open(disk, durability));
        FindingException.UnlessSame(all, new OpenedJournal(again.Journal, 1 << 16).Read(), "what is read after it was opened again");
    }

    public override IEnumerable<byte[]> Seeds()
    {
        for (var i = 0; i < _written.Paths.Count; i++)
        {
            var bytes = _written.Bytes(i);
            yield return [(byte)i, .. bytes];
            yield return [(byte)(i | 4 | 8), .. bytes[..^20]];
            yield return [(byte)i, .. bytes[..64], .. new byte[bytes.Length - 64]];
            byte[] holed = [(byte)(i | 8), .. bytes];
            holed.AsSpan(130, 8).Clear();
            yield return holed;
            yield return [(byte)(i | 16), .. bytes];
        }
        yield return [2];
        yield return [2, .. _written.Bytes(2)[..64]];
        yield return [2, .. _written.Bytes(2), .. _written.Bytes(2)[64..]];
    }

    private void Compare(OpenedJournal opened, IReadOnlyList<WrittenEntry> intact, bool mayCutLastGroup)
    {
        var read = opened.Read();
        foreach (var entry in read)
            FindingException.Unless(_written.Entries.Contains(entry), $"an entry that was not written: {entry}");
        FindingException.UnlessSame(read.OrderBy(entry => entry.Position).DistinctBy(entry => entry.Position), read, "the order of the entries");

        // Behind the last whole group everything was never acknowledged.
        var end = opened.Tail;
        var lastWhole = intact.Where(entry => entry.EndOfGroup).Select(entry => entry.NextPosition).DefaultIfEmpty(0).Max();
        if (!mayCutLastGroup)
            FindingException.Unless(end >= lastWhole, $"a tail at {end} before the end of a whole group at {lastWhole}");
        foreach (var entry in _written.Entries.Except(read).Where(entry => entry.Position < end))
        {
            FindingException.Unless(!intact.Contains(entry), $"an intact entry is not read: {entry}");
            FindingException.Unless(
                opened.Damage.Any(damage => damage.From <= entry.Position && entry.NextPosition <= damage.To), $"a lost entry is not reported: {entry}");
        }
        foreach (var damage in opened.Damage)
        {
            var lost = _written.Entries.Except(read).Count(entry => entry.Position >= damage.From && entry.Position < damage.To);
            FindingException.Unless(damage.From < damage.To && damage.To <= Math.Max(end, _written.End), $"a damage of nothing: {damage}");
            FindingException.Unless(damage.EntriesLost is null || damage.EntriesLost == lost, $"{lost} entries are lost: {damage}");
            FindingException.Unless(!read.Any(entry => entry.Position < damage.To && entry.NextPosition > damage.From), $"an entry was read from a damage: {damage}");
        }
    }
}
