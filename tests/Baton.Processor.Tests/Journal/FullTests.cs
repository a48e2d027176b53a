using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>A full journal refuses, keeps room for Baton's own entries, and recovers by itself.</summary>
public sealed class FullTests
{
    private const long MaxSize = 100_000;
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public async Task Received_entries_are_refused_before_own_ones_and_the_limit_is_never_passed()
    {
        await using var journal = Fixture().Open();
        var received = await FillUp(journal, EntryKind.Traces);
        Assert.InRange(journal.SizeBytes, MaxSize - 20_000 - 1_100, MaxSize - 20_000);
        var own = await FillUp(journal, EntryKind.Own);
        Assert.True(own >= 15);
        Assert.InRange(journal.SizeBytes, MaxSize - 1_100, MaxSize);
        Assert.Equal(received + own, journal.ReadAll().Count);
        Assert.Equal(journal.SizeBytes, _disk.Files.Where(path => path.EndsWith(".segment", StringComparison.Ordinal)).Sum(path => _disk[path].Length));
    }

    [Fact]
    public async Task A_full_journal_takes_entries_again_when_segments_have_been_dealt_with()
    {
        await using var journal = Fixture().Open();
        var cursor = journal.OpenCursor("a");
        await FillUp(journal, EntryKind.Traces);
        cursor.Save(journal.Tail / 2);
        cursor.Flush();
        Assert.True(await FillUp(journal, EntryKind.Traces) > 20);
    }

    [Fact]
    public async Task A_journal_smaller_than_a_segment_recovers_when_everything_has_been_dealt_with()
    {
        await using var journal = (Fixture() with { SegmentSizeBytes = 1 << 30, MaxSizeBytes = 8_000, OwnReserveBytes = 0 }).Open();
        var cursor = journal.OpenCursor("a");
        for (var round = 0; round < 5; round++)
        {
            Assert.True(await FillUp(journal, EntryKind.Traces) >= 5);
            cursor.Save(journal.Tail);
            cursor.Flush();
        }
    }

    [Fact]
    public async Task An_entry_larger_than_the_journal_is_refused_and_does_no_harm()
    {
        await using var journal = Fixture().Open();
        Assert.Equal(AppendStatus.Full, (await journal.Append(new byte[MaxSize])).Status);
        Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[50_000])).Status);
    }

    [Fact]
    public async Task A_full_disk_refuses_as_full_and_is_used_again_when_space_returns()
    {
        _disk.Capacity = 10_000;
        await using var journal = Fixture().Open();
        var stored = await FillUp(journal, EntryKind.Traces);
        Assert.InRange(stored, 8, 9);
        Assert.True(journal.WriteFailures > 0);
        _disk.Capacity = 20_000;
        stored += await FillUp(journal, EntryKind.Traces);
        Assert.Equal(stored, journal.ReadAll().Count);
        Assert.Empty(journal.Damage);
    }

    private JournalFixture Fixture() =>
        JournalFixture.Simulated() with { Disk = _disk, MaxSizeBytes = MaxSize, OwnReserveBytes = 20_000, SegmentSizeBytes = 10_000 };

    private static async Task<int> FillUp(Processor.Journal.Journal journal, EntryKind kind)
    {
        var stored = 0;
        while (true)
        {
            var result = await journal.Append(new byte[1_000], kind);
            if (result.Status == AppendStatus.Full) return stored;
            Assert.Equal(AppendStatus.Stored, result.Status);
            stored++;
        }
    }
}
