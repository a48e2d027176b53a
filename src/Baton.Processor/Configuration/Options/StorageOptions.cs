using Baton.Processor.Configuration.Binding;
using Baton.Processor.Journal;

namespace Baton.Processor.Configuration.Options;

/// <summary>The write-ahead journal.</summary>
internal sealed record JournalSection
{
    /// <summary>Where its segments are; made if missing, and locked against a second process.</summary>
    /// <remarks>Below the working directory, where a first try leaves nothing behind elsewhere.</remarks>
    [Option]
    public string Directory { get; init; } = "./data/journal";

    /// <summary>The most disk it may take. When it is full, <c>when_full</c> decides.</summary>
    /// <remarks>Half an hour of 20,000 spans/s of 300 bytes to a backend that is down; a small volume holds it.</remarks>
    [Option(Min = "16MiB", Max = "64TiB")]
    public ByteSize MaxSize { get; init; } = ByteSize.GiB(10);

    /// <summary>
    /// When a request is acknowledged: <c>os</c>, written (survives the process); <c>disk</c>, synced (survives the machine).
    /// </summary>
    /// <remarks>
    /// Senders keep nothing either once they were acknowledged; losing the machine usually loses them too, and a sync costs each request
    /// milliseconds.
    /// </remarks>
    [Option]
    public JournalDurability Durability { get; init; } = JournalDurability.Os;

    /// <summary>
    /// Disk to be left free, on the journal's disk and the state's: below it new requests are refused retryably, until there is space again. What was accepted is still judged and forwarded. 0 turns this off.
    /// </summary>
    /// <remarks>Enough for what Baton itself still has to write; a full disk would stop its watch.</remarks>
    [Option(Max = "1TiB")]
    public ByteSize MinFree { get; init; } = ByteSize.MiB(128);

    /// <summary>What happens to new requests when it is full: <c>refuse</c> answers that the sender shall retry later.</summary>
    /// <remarks>Nothing that was accepted is lost, and senders keep what was not.</remarks>
    [Option]
    public JournalWhenFull WhenFull { get; init; } = JournalWhenFull.Refuse;
}

/// <summary>What happens to new requests when the journal is full.</summary>
internal enum JournalWhenFull
{
    /// <summary>They are refused retryably.</summary>
    Refuse,
}

/// <summary>What Baton remembers of open handoffs.</summary>
internal sealed record StateSection
{
    /// <summary>Where checkpoints, and state beyond the memory, are; made if missing.</summary>
    /// <remarks>Beside the journal: the two belong together.</remarks>
    [Option]
    public string Directory { get; init; } = "./data/state";

    /// <summary>How much memory it may take, over all shards; what is more is on disk.</summary>
    /// <remarks>At 300 bytes a handoff, more than a million open ones without touching the disk.</remarks>
    [Option(Min = "64MiB", Max = "1TiB")]
    public ByteSize Memory { get; init; } = ByteSize.MiB(512);

    /// <summary>
    /// Jobs that may be open at once: waiting, running, or missed and still expected. Beyond it those published first are given up, counted in
    /// <c>baton_handoffs_evicted_total</c>, and never told missing.
    /// </summary>
    /// <remarks>Ten thousand new ones a second for a quarter of an hour; at 300 bytes each some 3 GB, most of it on disk. When no worker completes anything, state must not grow without end.</remarks>
    [Option(Min = "1000", Max = "1000000000")]
    public int MaxHandoffs { get; init; } = 10_000_000;

    /// <summary>How often it is saved. A restart replays the journal from the last time on.</summary>
    /// <remarks>A replay runs many times faster than intake did, so half a minute of it takes a second or two.</remarks>
    [Option(Min = "100ms", Max = "1h")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);
}
