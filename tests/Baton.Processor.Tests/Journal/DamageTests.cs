using Baton.Processor.Journal;
using Baton.Testing.Disk;
using CsCheck;

namespace Baton.Processor.Tests.Journal;

/// <summary>A bad file is never fatal, never silent, and never hides what is intact beside it.</summary>
public sealed class DamageTests
{
    private static readonly JournalFixture Small = JournalFixture.Simulated() with { SegmentSizeBytes = 2_000 };

    [Fact]
    public async Task Segments_that_are_missing_before_the_oldest_one_are_a_loss_with_its_range()
    {
        var disk = new SimulatedDisk();
        await using (var journal = Small.On(disk).Open())
        {
            journal.OpenCursor("otlp").Flush();
            for (var i = 0; i < 20; i++) await journal.Append(new byte[500]);
        }
        var segments = SegmentsOf(disk);
        foreach (var path in segments.Take(2)) disk.Delete(path);

        await using var reopened = Small.On(disk).Open();

        var damage = Assert.Single(reopened.Damage);
        Assert.Equal((0, BaseOf(segments[2])), (damage.From, damage.To));
        Assert.Equal(new JournalLoss(1, damage.To, 0), reopened.Loss);
    }

    [Fact]
    public Task A_flipped_bit_costs_at_most_the_entry_it_is_in_and_is_reported_with_the_entry_count() =>
        Gen.Select(Gen.Int[0, 900].Array[2, 20], Gen.Double.Unit, Gen.Int[0, 7]).SampleAsync(async (lengths, where, bit) =>
        {
            var (disk, all) = await Filled(lengths);
            var segments = SegmentsOf(disk);
            var total = segments.Sum(path => disk[path].Length);
            var at = (int)(where * (total - 1));
            var index = 0;
            while (at >= disk[segments[index]].Length) at -= disk[segments[index++]].Length;
            disk[segments[index]][at] ^= (byte)(1 << bit);
            // A changed version would say so itself, but the checksum tells that it was damage.
            var position = all.FindLast(entry => entry.Position <= BaseOf(segments[index]) + at - 64);
            var inHeader = at < 64;

            await using var journal = Small.On(disk).Open();
            var read = journal.ReadAll();
            if (inHeader)
            {
                Assert.Equal(all.Select(entry => entry.Payload), read.Select(entry => entry.Payload));
            }
            else if (position == all[^1])
            {
                Assert.Equal(all.SkipLast(1).Select(entry => entry.Payload), read.Select(entry => entry.Payload));
                Assert.True(journal.Recovery.TornBytes > 0);
            }
            else
            {
                Assert.Equal(all.Where(entry => entry != position).Select(entry => entry.Payload), read.Select(entry => entry.Payload));
                var damage = Assert.Single(journal.Damage);
                Assert.Equal((position!.Position, position.NextPosition, 1L), (damage.From, damage.To, damage.EntriesLost));
                Assert.Contains(segments[index] + ".corrupt", disk.Files);
                Assert.Equal(read.Count, journal.ReadAll().Count);
                Assert.Single(journal.Damage);
            }
            Assert.Equal(AppendStatus.Stored, (await journal.Append([9])).Status);
            Assert.Equal([9], journal.ReadAll()[^1].Payload);
        }, iter: 300);

    [Fact]
    public async Task A_missing_segment_is_reported_at_the_start_with_its_range_and_count_and_is_jumped()
    {
        var (disk, all) = await Filled([.. Enumerable.Repeat(700, 12)]);
        var missing = SegmentsOf(disk)[2];
        var from = BaseOf(missing);
        var to = BaseOf(SegmentsOf(disk)[3]);
        disk.Delete(missing);

        await using var journal = Small.On(disk).Open();
        var damage = Assert.Single(journal.Recovery.Damage);
        Assert.Equal((from, to, all.LongCount(entry => entry.Position >= from && entry.Position < to)), (damage.From, damage.To, damage.EntriesLost));
        Assert.Equal(all.Where(entry => entry.Position < from || entry.Position >= to).Select(entry => entry.Position), journal.ReadAll().Select(entry => entry.Position));
        Assert.Single(journal.Damage);
    }

    [Fact]
    public async Task A_segment_that_vanishes_while_it_is_needed_is_reported_and_jumped()
    {
        var (disk, all) = await Filled([.. Enumerable.Repeat(700, 12)]);
        await using var journal = Small.On(disk).Open();
        var missing = SegmentsOf(disk)[1];
        disk.Delete(missing);
        Assert.Equal(all.Where(entry => entry.Position < BaseOf(missing) || entry.Position >= BaseOf(SegmentsOf(disk)[1])).Select(entry => entry.Position), journal.ReadAll().Select(entry => entry.Position));
        Assert.Single(journal.Damage);
    }

    [Fact]
    public async Task Sectors_that_cannot_be_read_cost_only_the_entries_in_them()
    {
        var (disk, all) = await Filled([.. Enumerable.Repeat(400, 8)]);
        await using var journal = Small.On(disk).Open();
        var path = SegmentsOf(disk)[0];
        disk.Inject = call => call is { Operation: DiskOperation.Read, Length: > 100 } && call.Path == path ? DiskFault.InputOutputError : null;
        var read = journal.ReadAll(maxBytes: 10_000);
        Assert.Equal(all.Where(entry => entry.Position >= BaseOf(SegmentsOf(disk)[1])).Select(entry => entry.Position), read.Select(entry => entry.Position));
        Assert.All(journal.Damage, damage => Assert.Contains("cannot be read", damage.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_end_lost_behind_a_saved_position_is_reported_and_its_positions_are_not_used_again()
    {
        var (disk, all) = await Filled([100, 100, 100, 100]);
        await using (var journal = Small.On(disk).Open())
        {
            var cursor = journal.OpenCursor("otlp/tempo");
            cursor.Save(journal.Tail);
            cursor.Flush();
        }
        using (var file = disk.Open(SegmentsOf(disk)[0], DiskOpen.ReadWrite)) file.Truncate(64 + all[2].Position);

        await using var reopened = Small.On(disk).Open();
        var damage = Assert.Single(reopened.Recovery.Damage);
        Assert.Equal((all[2].Position, all[3].NextPosition), (damage.From, damage.To));
        Assert.Equal(all[3].NextPosition, (await reopened.Append([5])).Position);
        Assert.Equal([all[0].Position, all[1].Position, all[3].NextPosition], reopened.ReadAll().Select(entry => entry.Position));
    }

    [Fact]
    public async Task Positions_before_a_state_checkpoint_are_not_used_again_either()
    {
        await using var journal = (JournalFixture.Simulated() with { ContinueFrom = 12_345 }).Open();
        Assert.Equal(12_345, (await journal.Append([5])).Position);
        Assert.Equal([5], Assert.Single(journal.ReadAll()).Payload);
    }

    [Fact]
    public async Task A_later_format_version_is_refused_with_file_and_version()
    {
        var (disk, _) = await Filled([1]);
        var path = SegmentsOf(disk)[0];
        new SegmentHeader(2, 0, 0, 0).Write(disk[path]);
        var e = Assert.Throws<StartupException>(() => Small.On(disk).Open());
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains("version 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_the_disk_cannot_open_is_put_aside_and_reported()
    {
        var (disk, all) = await Filled([.. Enumerable.Repeat(700, 12)]);
        var bad = SegmentsOf(disk)[1];
        var end = BaseOf(SegmentsOf(disk)[2]);
        disk.Inject = call => call.Operation == DiskOperation.Open && call.Path == bad ? DiskFault.InputOutputError : null;
        await using var journal = Small.On(disk).Open();
        Assert.Equal((BaseOf(bad), end), (journal.Damage.Single().From, journal.Damage.Single().To));
        Assert.Equal(all.Where(entry => entry.Position < BaseOf(bad) || entry.Position >= end).Select(entry => entry.Position), journal.ReadAll().Select(entry => entry.Position));
        Assert.Contains(bad + ".corrupt", disk.Files);
    }

    [Fact]
    public async Task A_damaged_cursor_starts_at_the_oldest_entry_and_is_kept_aside()
    {
        var (disk, _) = await Filled([100, 100]);
        await using (var journal = Small.On(disk).Open()) journal.OpenCursor("debug");
        var path = Assert.Single(disk.Files, file => file.EndsWith(".cursor", StringComparison.Ordinal));
        disk[path][15] ^= 1;
        await using var reopened = Small.On(disk).Open();
        Assert.Equal(reopened.Head, reopened.OpenCursor("debug").Position);
        Assert.Contains(path + ".corrupt", disk.Files);
    }

    private static List<string> SegmentsOf(SimulatedDisk disk) => [.. disk.Files.Where(path => path.EndsWith(".segment", StringComparison.Ordinal))];

    private static long BaseOf(string path) => SegmentHeader.TryParsePath(path, out var position) ? position : throw new ArgumentException(path);

    private static async Task<(SimulatedDisk Disk, List<Read> All)> Filled(int[] lengths)
    {
        var disk = new SimulatedDisk();
        await using var journal = Small.On(disk).Open();
        for (var i = 0; i < lengths.Length; i++) await journal.Append(JournalReading.Payload(i, lengths[i]));
        return (disk, journal.ReadAll());
    }
}
