using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>A disk that fails while the journal is opened costs at most that start, and no entry.</summary>
public sealed class OpeningTests
{
    public static TheoryData<int, bool> Faults => new() { { 5, false }, { 5, true }, { 28, false }, { 13, false } };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_at_any_call_of_the_opening_loses_nothing_that_was_acknowledged(int errno, bool lasting)
    {
        for (var at = 0; ; at++)
        {
            var disk = await TornJournal();
            var first = disk.Calls + at;
            disk.Inject = call => Hits(call, first, lasting, errno) ? new DiskFault { Errno = errno } : null;
            try
            {
                await using var journal = Fixture(disk).Open();
            }
            catch (StartupException e)
            {
                Assert.Contains("/journal", e.Message, StringComparison.Ordinal);
            }
            disk.Inject = null;
            var done = disk.Calls < first;
            await using var reopened = Fixture(disk).Open();
            Assert.Equal(Enumerable.Range(0, 12).Select(i => JournalReading.Payload(i, 500)), reopened.ReadAll().Take(12).Select(entry => entry.Payload));
            Assert.Equal(AppendStatus.Stored, (await reopened.Append([1])).Status);
            if (done) return;
        }
    }

    // A segment that the disk itself cannot open is put aside, which DamageTests looks at.
    private static bool Hits(DiskCall call, int first, bool lasting, int errno) =>
        (lasting ? call.Number >= first : call.Number == first) && !(errno == 5 && call.Operation == DiskOperation.Open && call.Path.EndsWith(".segment", StringComparison.Ordinal));

    private static JournalFixture Fixture(SimulatedDisk disk) => JournalFixture.Simulated() with { Disk = disk, SegmentSizeBytes = 2_000, Durability = JournalDurability.Disk };

    /// <summary>Twelve entries in several segments, then the beginning of a group that was never finished.</summary>
    private static async Task<SimulatedDisk> TornJournal()
    {
        var disk = new SimulatedDisk();
        await using var journal = Fixture(disk).Open();
        journal.OpenCursor("otlp");
        for (var i = 0; i < 12; i++) await journal.Append(JournalReading.Payload(i, 500));
        disk.Inject = call => call is { Operation: DiskOperation.Write, Length: > 100 } ? DiskFault.CrashAfter(400) : null;
        await journal.Append(JournalReading.Payload(99, 500));
        return disk.AfterProcessCrash();
    }
}
