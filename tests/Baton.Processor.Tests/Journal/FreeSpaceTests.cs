using Baton.Processor.Journal;
using Baton.Processor.Tests.State;
using Baton.Testing.Disk;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>A disk that is nearly full takes nothing new, keeps room for what Baton itself has to write, and is used again when there is space.</summary>
public sealed class FreeSpaceTests
{
    private const long Kept = 30_000;
    private readonly SimulatedDisk _disk = new() { Capacity = 100_000 };
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly RecordingLogger _log = new();

    [Fact]
    public async Task New_requests_are_refused_before_the_disk_is_full_and_own_entries_are_not()
    {
        await using var journal = Open();
        Assert.True(await FillUp(journal) > 40);

        Assert.InRange(_disk.FreeBytes("/journal"), Kept, Kept + 2_500);
        Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[1000], EntryKind.Own)).Status);
        Assert.Equal(0, journal.WriteFailures);
        Assert.Single(_log.Errors, line => line.Contains("new requests are refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_there_can_be_read_while_the_disk_is_nearly_full()
    {
        await using var journal = Open();
        var stored = await FillUp(journal);

        Assert.Equal(stored, journal.ReadAll().Count);
    }

    [Fact]
    public async Task When_there_is_space_again_requests_are_taken_without_a_restart()
    {
        await using var journal = Open();
        await FillUp(journal);
        _disk.Capacity = 200_000;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[1000])).Status);
    }

    [Fact]
    public async Task What_others_write_to_the_disk_is_noticed_within_a_second()
    {
        await using var journal = Open();
        Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[1000])).Status);
        using (var other = _disk.Open("/other/file", DiskOpen.Create)) other.Write([new byte[80_000]], 0);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(AppendStatus.Full, (await journal.Append(new byte[1000])).Status);
    }

    [Fact]
    public void The_systems_disk_tells_how_much_is_free() =>
        Assert.InRange(new FileSystemDisk().FreeBytes(Path.GetTempPath()), 1, long.MaxValue - 1);

    private Processor.Journal.Journal Open() => Processor.Journal.Journal.Open(
        new JournalOptions { Directory = "/journal", MinFreeBytes = Kept, AlsoGuarded = "/state" }, _time, _disk, _log);

    private static async Task<int> FillUp(Processor.Journal.Journal journal)
    {
        var stored = 0;
        for (; (await journal.Append(new byte[1000])).Status == AppendStatus.Stored; stored++) Assert.True(stored < 10_000);
        return stored;
    }
}
