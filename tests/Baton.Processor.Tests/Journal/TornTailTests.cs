using Baton.Processor.Journal;
using Baton.Testing.Disk;
using CsCheck;

namespace Baton.Processor.Tests.Journal;

/// <summary>A group counts only when all of it was written.</summary>
public sealed class TornTailTests
{
    [Fact]
    public async Task Only_the_last_entry_of_a_group_ends_it()
    {
        var disk = new SimulatedDisk();
        await using var journal = (JournalFixture.Simulated() with { Disk = disk }).Open();
        var results = await journal.AppendGroups(disk, [.. Enumerable.Range(0, 5).Select(i => JournalReading.Payload(i, 100 * i))]);
        Assert.All(results, result => Assert.Equal(AppendStatus.Stored, result.Status));
        Assert.Equal([true, false, false, false, true], journal.ReadAll().Select(entry => entry.EndOfGroup));
        Assert.Single(journal.ReadAll().Skip(1).Select(entry => entry.ArrivalUnixNanos).Distinct());
    }

    [Fact]
    public Task A_tail_torn_at_any_byte_is_cut_at_the_last_complete_group_and_the_journal_goes_on() =>
        Gen.Int[0, 300].Array[1, 5].SampleAsync(async lengths =>
        {
            var disk = new SimulatedDisk();
            var fixture = JournalFixture.Simulated() with { Disk = disk };
            List<Read> all;
            await using (var journal = fixture.Open())
            {
                await journal.AppendGroups(disk, [[1], .. lengths.Select((length, i) => JournalReading.Payload(i, length))]);
                all = journal.ReadAll();
            }
            var path = Assert.Single(disk.Files, file => file.EndsWith(".segment", StringComparison.Ordinal));
            var image = disk[path].ToArray();
            var groupStart = image.Length - (int)(all[^1].NextPosition - all[1].Position);
            for (var cut = groupStart; cut < image.Length; cut++) await ReopensAt(fixture, path, image[..cut], groupStart, all);
        }, iter: 5);

    private static async Task ReopensAt(JournalFixture fixture, string path, byte[] image, int groupStart, List<Read> all)
    {
        var disk = new SimulatedDisk();
        using (var file = disk.Open(path, DiskOpen.Create)) file.Write([image], 0);
        await using (var journal = fixture.On(disk).Open())
        {
            Assert.Equal(image.Length - groupStart, journal.Recovery.TornBytes);
            Assert.Empty(journal.Recovery.Damage);
            Assert.Equal(all[0].NextPosition, journal.Tail);
            var whole = all.Skip(1).Count(entry => entry.NextPosition - all[1].Position <= image.Length - groupStart);
            Assert.Equal(whole, journal.Recovery.TornEntries);
            Assert.Equal(all[0].NextPosition, (await journal.Append([2, 3])).Position);
        }
        await using var again = fixture.On(disk).Open();
        Assert.Equal([[1], [2, 3]], again.ReadAll().Select(entry => entry.Payload));
        Assert.Equal(0, again.Recovery.TornBytes);
    }
}
