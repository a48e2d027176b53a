using Baton.Processor.Journal;
using Baton.Testing.Disk;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>A segment goes when everybody has passed it, and not before; a position outlives the process once it is written.</summary>
public sealed class RetentionTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_new_cursor_starts_at_the_tail_and_an_old_one_where_it_was()
    {
        await using (var journal = Fixture().Open())
        {
            await Fill(journal, 3);
            var cursor = journal.OpenCursor("otlp/tempo");
            Assert.Equal(journal.Tail, cursor.Position);
            await Fill(journal, 1);
            cursor.Save(journal.Tail);
            await Fill(journal, 1);
        }
        await using var reopened = Fixture().Open();
        Assert.Single(reopened.ReadAll(reopened.OpenCursor("otlp/tempo").Position));
        Assert.Equal(reopened.Tail, reopened.OpenCursor("otlp/other").Position);
    }

    [Fact]
    public async Task A_saved_position_is_written_within_the_interval_and_never_goes_back()
    {
        var journal = Fixture().Open();
        var cursor = journal.OpenCursor("a");
        await Fill(journal, 2);
        cursor.Save(1_000);
        cursor.Save(500);
        Assert.Equal(1_000, cursor.Position);
        Assert.Equal(0, WrittenPosition());
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1_000, WrittenPosition());
        await journal.DisposeAsync();

        long WrittenPosition() => CursorFile.TryParse(_disk["/journal/a.cursor"], out var position) ? position : -1;
    }

    [Fact]
    public async Task Segments_go_when_the_slowest_holder_has_passed_them()
    {
        await using var journal = Fixture().Open();
        var fast = journal.OpenCursor("fast");
        var slow = journal.OpenCursor("slow");
        journal.Retain("watch", 0);
        var ends = await Fill(journal, 10);
        var size = journal.SizeBytes;

        Advance(fast, journal.Tail);
        Advance(slow, ends[5]);
        Assert.Equal((0, size), (journal.Head, journal.SizeBytes));

        journal.Retain("watch", ends[3]);
        // Not before it is written, though others move: a crash would ask for it again.
        slow.Save(ends[6]);
        slow.Flush();
        Assert.Equal(0, journal.Head);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ends[3], journal.Head);
        Assert.True(journal.SizeBytes < size);
        Assert.Equal(journal.SizeBytes, _disk.Files.Where(path => path.EndsWith(".segment", StringComparison.Ordinal)).Sum(path => _disk[path].Length));
        Assert.Equal(7, journal.ReadAll().Count + 1);
    }

    [Fact]
    public async Task What_a_removed_exporter_held_goes_once_its_name_is_no_longer_kept()
    {
        await using (var journal = Fixture().Open())
        {
            journal.OpenCursor("gone");
            var stays = journal.OpenCursor("stays");
            await Fill(journal, 5);
            Advance(stays, journal.Tail);
            Assert.Equal(0, journal.Head);
        }
        await using var reopened = Fixture().Open();
        reopened.KeepCursors(["stays"]);
        Assert.True(reopened.Head > 0);
        Assert.DoesNotContain("/journal/gone.cursor", _disk.Files);
    }

    [Fact]
    public async Task Without_any_holder_nothing_goes()
    {
        await using var journal = Fixture().Open();
        await Fill(journal, 5);
        journal.KeepCursors([]);
        Assert.Equal(0, journal.Head);
    }

    [Fact]
    public async Task A_reader_in_a_removed_segment_goes_on_at_the_head()
    {
        await using var journal = Fixture().Open();
        var cursor = journal.OpenCursor("a");
        await Fill(journal, 5);
        using var reader = journal.OpenReader(0);
        Advance(cursor, journal.Tail);
        Assert.Equal(journal.Head, reader.ReadAll()[0].Position);
        Assert.Empty(journal.Damage);
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_written_on_a_full_disk_still_lets_segments_go()
    {
        await using var journal = Fixture().Open();
        var cursor = journal.OpenCursor("a");
        await Fill(journal, 5);
        _disk.Inject = call => call.Path.Contains(".cursor", StringComparison.Ordinal) ? DiskFault.NoSpace : null;
        Advance(cursor, journal.Tail);
        Assert.True(journal.Head > 0);

        _disk.Inject = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(CursorFile.TryParse(_disk["/journal/a.cursor"], out var written));
        Assert.Equal(journal.Tail, written);
    }

    private JournalFixture Fixture() => JournalFixture.Simulated() with { Disk = _disk, Time = _time, SegmentSizeBytes = 1_000 };

    private void Advance(JournalCursor cursor, long position)
    {
        cursor.Save(position);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>One entry to a segment; returns where each ends.</summary>
    private static async Task<List<long>> Fill(Processor.Journal.Journal journal, int count)
    {
        var ends = new List<long>();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(AppendStatus.Stored, (await journal.Append(new byte[900])).Status);
            ends.Add(journal.Tail);
        }
        return ends;
    }
}
