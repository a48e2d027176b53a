using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>Only its file says where a new exporter began: after a crash without it, the exporter would begin after what had been acknowledged.</summary>
public sealed class NewCursorTests
{
    private readonly SimulatedDisk _disk = new();

    [Theory]
    [InlineData(DiskOperation.Create)]
    [InlineData(DiskOperation.Sync)]
    [InlineData(DiskOperation.Rename)]
    [InlineData(DiskOperation.SyncDirectory)]
    public async Task Nothing_is_acknowledged_until_it_is_written_where_a_new_exporter_begins(DiskOperation failing)
    {
        var fixture = JournalFixture.Simulated().On(_disk) with { Durability = JournalDurability.Disk };
        long began;
        await using (var journal = fixture.Open())
        {
            await journal.Append(new byte[100]);
            began = journal.Tail;
            _disk.Inject = call => call.Operation == failing && (call.Path.Contains("cursor", StringComparison.Ordinal) || failing == DiskOperation.SyncDirectory) ? DiskFault.InputOutputError : null;
            journal.OpenCursor("new");
            Assert.Equal(AppendStatus.Failed, (await journal.Append(new byte[100])).Status);
            Assert.Equal(AppendStatus.Failed, (await journal.Append(new byte[100], EntryKind.Own)).Status);
            _disk.Inject = null;
            Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[100])).Status);
            _disk.Crash();
        }
        await using var reopened = fixture.On(_disk.AfterPowerLoss(new Random(1))).Open();
        Assert.Equal(began, reopened.OpenCursor("new").Position);
    }

    [Fact]
    public async Task A_new_exporter_that_is_given_up_holds_nothing_up()
    {
        await using var journal = JournalFixture.Simulated().On(_disk).Open();
        _disk.Inject = call => call.Operation == DiskOperation.Rename ? DiskFault.InputOutputError : null;
        journal.OpenCursor("new");
        Assert.Equal(AppendStatus.Failed, (await journal.Append(new byte[100])).Status);
        journal.KeepCursors([]);
        Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[100])).Status);
    }
}
