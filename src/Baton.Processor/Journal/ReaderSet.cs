namespace Baton.Processor.Journal;

/// <summary>The open readers of a journal: who is woken by a group, and who gets it from memory. Any thread.</summary>
internal sealed class ReaderSet
{
    private readonly Lock _gate = new();
    private volatile JournalReader[] _readers = [];

    /// <summary>Whether it is worth keeping a group in memory.</summary>
    public bool AnyFollows
    {
        get
        {
            foreach (var reader in _readers)
            {
                if (reader.Feed.IsFollowing) return true;
            }
            return false;
        }
    }

    public void Add(JournalReader reader)
    {
        lock (_gate) _readers = [.. _readers, reader];
    }

    public void Remove(JournalReader reader)
    {
        lock (_gate) _readers = [.. _readers.Where(each => each != reader)];
    }

    /// <summary>Offers a group that is about to be visible; see <see cref="ReaderFeed.Offer"/>.</summary>
    public void Offer(long position, JournalBlock? block)
    {
        foreach (var reader in _readers) reader.Feed.Offer(position, block);
    }

    public void Wake()
    {
        foreach (var reader in _readers) reader.Signal.Set();
    }
}
