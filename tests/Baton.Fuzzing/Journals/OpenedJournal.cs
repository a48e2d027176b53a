using Baton.Processor.Journal;

namespace Baton.Fuzzing.Journals;

/// <summary>A journal that is open, as one who reads it sees it.</summary>
internal sealed class OpenedJournal(Processor.Journal.Journal journal, int maxBytes)
{
    private static readonly byte[] More = [1, 2, 3, 4];

    public long Tail => journal.Tail;

    public IReadOnlyList<JournalDamage> Damage => journal.Damage;

    public IReadOnlyList<WrittenEntry> Read()
    {
        var all = new List<WrittenEntry>();
        using var reader = journal.OpenReader(0);
        while (reader.TryRead(maxBytes, out var block))
        {
            using (block)
            {
                for (var i = 0; i < block.Count; i++)
                    all.Add(WrittenEntry.Of(block[i]));
            }
        }
        FindingException.Unless(journal.Tail, reader.Position, "the reader's end");
        return all;
    }

    /// <summary>Appends one more entry, which comes after all others.</summary>
    /// <returns>All entries.</returns>
    public IReadOnlyList<WrittenEntry> GoesOn()
    {
        var before = Read();
        var tail = Tail;
        var appended = journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, default, More, 1).AsTask().GetAwaiter().GetResult();
        FindingException.Unless(new AppendResult(AppendStatus.Stored, tail), appended, "an append");
        var after = Read();
        FindingException.UnlessSame(before, after.SkipLast(1), "what was there before an append");
        FindingException.Unless(Convert.ToHexString(More), after[^1].Payload, "what was appended");
        return after;
    }
}

/// <summary>Closes a journal at the end of a block.</summary>
internal sealed class ClosingJournal(Processor.Journal.Journal journal) : IDisposable
{
    public Processor.Journal.Journal Journal => journal;

    public void Dispose() => journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
