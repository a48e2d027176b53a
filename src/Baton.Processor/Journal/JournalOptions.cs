using System.Buffers;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Journal;

/// <summary>Where the journal is, how large it may grow, and what an acknowledgement means.</summary>
public sealed record JournalOptions
{
    /// <summary>The directory of the segment and cursor files. It is created, and locked against a second process.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes that all segments together may take. Appends beyond it are refused. Default 10 GiB: an hour of 3 MB/s, which is a long outage of an exporter.</summary>
    public long MaxSizeBytes { get; init; } = 10L << 30;

    /// <summary>What an acknowledged entry survives. Default: the process, as an agent beside its senders; syncing costs a disk's latency per group.</summary>
    public JournalDurability Durability { get; init; } = JournalDurability.Os;

    /// <summary>Bytes after which a new segment is begun, at most an eighth of <see cref="MaxSizeBytes"/>; one entry that is larger gets a longer segment. Default 64 MiB: space is freed a segment at a time.</summary>
    public long SegmentSizeBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of <see cref="MaxSizeBytes"/> that only <see cref="EntryKind.Own"/> entries may use, at most a quarter of it. Default 64 MiB: about 100,000 deadline spans.</summary>
    public long OwnReserveBytes { get; init; } = 64L << 20;

    /// <summary>Bytes that are written and synced together at most, unless one entry is larger. Default 4 MiB: beyond it a group gains nothing and delays its first entry.</summary>
    public int MaxGroupBytes { get; init; } = 4 << 20;

    /// <summary>
    /// The longest time for which a saved cursor position may be in memory only: what is sent twice after a crash. Default: 100 ms; a second where it has to be synced, which competes with
    /// the syncs of the entries.
    /// </summary>
    public TimeSpan? CursorSaveInterval { get; init; }

    /// <summary>
    /// A position at or after which new entries begin, whatever the files hold: that of the last state checkpoint, which is synced and may be ahead of a journal that lost its unsynced tail.
    /// Without it, new entries would get positions which the checkpoint counts as already applied.
    /// </summary>
    public long ContinueFrom { get; init; }

    /// <summary>Bytes that are left free on the disk: below, nothing is appended but Baton's own entries. 0: no such guard. Default 0; the configuration has one.</summary>
    public long MinFreeBytes { get; init; }

    /// <summary>Another directory whose disk is guarded in the same way: that of the state. Null for none.</summary>
    public string? AlsoGuarded { get; init; }

    /// <summary>Where the buffers of groups come from. Tests have a pool that notices what is used after it was returned.</summary>
    internal ArrayPool<byte> Buffers { get; init; } = LargeArrayPool.Shared;

    /// <summary>What the section <c>journal</c> of the configuration says.</summary>
    internal static JournalOptions Of(JournalSection section) => new()
    {
        Directory = section.Directory,
        MaxSizeBytes = section.MaxSize.Bytes,
        Durability = section.Durability,
        MinFreeBytes = section.MinFree.Bytes,
    };

    internal TimeSpan EffectiveCursorSaveInterval => CursorSaveInterval ?? TimeSpan.FromMilliseconds(Durability == JournalDurability.Disk ? 1000 : 100);

    internal long EffectiveSegmentSize => Math.Max(1, Math.Min(SegmentSizeBytes, MaxSizeBytes / 8));

    internal long EffectiveOwnReserve => Math.Clamp(OwnReserveBytes, 0, MaxSizeBytes / 4);
}
