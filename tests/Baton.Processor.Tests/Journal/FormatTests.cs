using System.Text;
using Baton.Processor.Journal;
using Baton.Testing.Disk;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>The bytes of format version 1. When these change, the version must.</summary>
public sealed class FormatTests
{
    [Fact]
    public async Task A_segment_holds_the_bytes_that_version_1_lays_down()
    {
        var disk = new SimulatedDisk();
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000));
        await using (var journal = (JournalFixture.Simulated() with { Disk = disk, Time = time, ContinueFrom = 0x0102_0304 }).Open())
        {
            await journal.AppendAsync(EntryKind.Logs, PayloadEncoding.Zstd, new byte[] { 0xAA, 0xBB }, new byte[] { 0xCC }, 258);
        }
        var bytes = Convert.ToHexString(disk["/journal/00000000000016909060.segment"]);
        const string segmentHeader = "4241544F4E4A4E4C" + "01000000" + "7AA7A09A" + "0403020100000000" + "0000000000000000" + "000064A7B3B6E00D" + "00000000000000000000000000000000" + "0000000000000000";
        const string frameHeader = "42746E46" + "8CA42A88" + "AA2989E1" + "03020100" + "0403020100000000" + "0000000000000000" + "000064A7B3B6E00D" + "02000000" + "01000000" + "02010000" + "00000000";
        Assert.Equal(segmentHeader + frameHeader + "AABB" + "CC", bytes);
    }

    [Fact]
    public async Task A_cursor_file_is_a_line_that_a_person_can_read()
    {
        var disk = new SimulatedDisk();
        await using var journal = (JournalFixture.Simulated() with { Disk = disk, ContinueFrom = 42 }).Open();
        journal.OpenCursor("otlp/tempo");
        Assert.Matches("^baton-cursor 1 42 [0-9a-f]{8} *\n$", Encoding.ASCII.GetString(disk["/journal/otlp%2Ftempo.cursor"]));
    }
}
