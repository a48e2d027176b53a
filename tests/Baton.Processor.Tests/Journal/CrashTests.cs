using Baton.Processor.Journal;
using Baton.Testing.Disk;
using CsCheck;

namespace Baton.Processor.Tests.Journal;

/// <summary>
/// Random runs that fail or crash at a random call to the disk. Whatever happens: what was acknowledged is there, in order; nothing is there that was never appended; and the journal can be used again.
/// </summary>
public sealed class CrashTests
{
    private const int Runs = 200;

    [Fact]
    public Task After_the_process_has_died_at_any_call_everything_acknowledged_is_there() =>
        Seeds.SampleAsync(seed => new CrashRun(seed, Durability(seed)).Crashes(disk => disk.AfterProcessCrash(), strict: true), iter: Runs);

    [Fact]
    public Task After_power_was_lost_at_any_call_everything_acknowledged_as_on_disk_is_there() =>
        Seeds.SampleAsync(seed => new CrashRun(seed, JournalDurability.Disk).Crashes(disk => disk.AfterPowerLoss(new Random(seed)), strict: true), iter: Runs);

    [Fact]
    public Task After_crashes_of_either_sort_in_turn_what_was_read_between_them_is_still_there() =>
        Seeds.SampleAsync(seed =>
        {
            var random = new Random(~seed);
            return new CrashRun(seed, JournalDurability.Disk).Crashes(disk => random.Next(2) == 0 ? disk.AfterProcessCrash() : disk.AfterPowerLoss(random), strict: true);
        }, iter: Runs);

    [Fact]
    public Task After_power_was_lost_without_syncs_the_journal_still_opens_and_holds_nothing_but_what_was_appended() =>
        Seeds.SampleAsync(seed => new CrashRun(seed, JournalDurability.Os).Crashes(disk => disk.AfterPowerLoss(new Random(seed)), strict: false), iter: Runs);

    [Fact]
    public Task A_call_that_fails_costs_no_acknowledged_entry_and_what_follows_is_stored() =>
        Seeds.SampleAsync(seed => new CrashRun(seed, Durability(seed)).Survives(), iter: Runs);

    [Fact]
    public async Task The_power_loss_test_notices_a_disk_that_does_not_sync()
    {
        var noticed = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            try
            {
                await new CrashRun(seed, JournalDurability.Disk) { IgnoreSyncs = true }.Crashes(disk => disk.AfterPowerLoss(new Random(seed)), strict: true);
            }
            catch (Xunit.Sdk.XunitException)
            {
                noticed++;
            }
        }
        Assert.InRange(noticed, 25, 50);
    }

    [Fact]
    public async Task A_segment_whose_name_was_not_durable_at_the_crash_is_durable_before_anything_in_it_is_acknowledged()
    {
        var disk = new SimulatedDisk();
        var fixture = JournalFixture.Simulated() with { Disk = disk, Durability = JournalDurability.Disk, SegmentSizeBytes = 500 };
        await using (var journal = fixture.Open())
        {
            await journal.Append(new byte[400]);
            disk.Inject = call => call.Operation == DiskOperation.SyncDirectory ? DiskFault.CrashAfter(0) : null;
            Assert.Equal(AppendStatus.Failed, (await journal.Append(new byte[400])).Status);
        }
        disk = disk.AfterProcessCrash();
        await using (var journal = fixture.On(disk).Open()) Assert.Equal(AppendStatus.Stored, (await journal.Append([7])).Status);
        for (var seed = 0; seed < 20; seed++)
        {
            await using var journal = fixture.On(disk.AfterPowerLoss(new Random(seed))).Open();
            Assert.Equal([7], journal.ReadAll()[^1].Payload);
        }
    }

    private static Gen<int> Seeds => Gen.Int[0, int.MaxValue];

    private static JournalDurability Durability(int seed) => seed % 2 == 0 ? JournalDurability.Os : JournalDurability.Disk;
}
