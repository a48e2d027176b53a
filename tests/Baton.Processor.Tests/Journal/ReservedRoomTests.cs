using Baton.Processor.Journal;

namespace Baton.Processor.Tests.Journal;

/// <summary>Room that is asked for on the disk changes nothing of what a file holds.</summary>
public sealed class ReservedRoomTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("baton-reserve-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_file_with_room_asked_for_is_as_long_as_what_was_written_to_it()
    {
        var path = Path.Combine(_directory, "file");
        using var file = new FileSystemDisk().Open(path, DiskOpen.Create);

        file.Reserve(8 << 20);
        file.Write([new byte[] { 1, 2, 3 }], 0);

        var read = new byte[10];
        Assert.Equal((3, 3), (file.Length, file.Read(read, 0)));
        Assert.Equal(3, new FileInfo(path).Length);
    }

    [Fact]
    public void Room_that_no_disk_has_is_not_granted_and_nothing_else_happens()
    {
        using var file = new FileSystemDisk().Open(Path.Combine(_directory, "file"), DiskOpen.Create);

        file.Reserve(long.MaxValue);
        file.Reserve(-1);
        file.Write([new byte[] { 1, 2, 3 }], 0);

        Assert.Equal(3, file.Length);
    }

    [Fact]
    public async Task A_journal_that_is_opened_again_ends_where_its_entries_end()
    {
        var options = new JournalOptions { Directory = Path.Combine(_directory, "journal") };
        var end = 0L;
        for (var i = 0; i < 2; i++)
        {
            await using var journal = Baton.Processor.Journal.Journal.Open(options, TimeProvider.System, new FileSystemDisk(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            Assert.Equal((end, 0L), (journal.Recovery.Tail, journal.Recovery.TornBytes));
            await journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, default, new byte[100], 1);
            end = journal.Tail;
        }
    }
}
