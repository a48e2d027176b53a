using Baton.Continuity.Join;
using Baton.Processor.State;
using Baton.Testing;
using Baton.Testing.Disk;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

/// <summary>Whatever the moment at which the process or the power goes: what is recovered is exactly the state of one checkpoint, the last that was reported complete or one that was being made.</summary>
public sealed class CrashTests
{
    private static readonly StateFixture Fixture = new("/state") { Shards = 2, MemoryBytes = 18 << 20 };

    /// <summary>Every call to the disk that two checkpoints make, each failing in three ways.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_call_to_the_disk_leaves_one_whole_checkpoint(bool powerLoss)
    {
        var (whole, calls) = await CheckpointThrice(new SimulatedDisk());
        Assert.Equal(3, whole);
        Assert.InRange(calls, 40, 200);
        for (var crashAt = 0; crashAt < calls; crashAt++)
        {
            foreach (var written in new[] { 0L, 300, long.MaxValue })
            {
                var disk = new SimulatedDisk();
                disk.Inject = call => call.Number == crashAt ? DiskFault.CrashAfter(written) : null;
                var completed = await CheckpointThrice(disk);
                var after = powerLoss ? disk.AfterPowerLoss(new Random(crashAt)) : disk.AfterProcessCrash();

                using var recovered = (Fixture with { Disk = after }).Open();

                AssertIsCheckpoint(recovered, completed.Position, $"crash at call {crashAt} after {written} bytes");
            }
        }
    }

    [Fact]
    public async Task A_skipped_sync_is_noticed_by_the_test_above()
    {
        var noticed = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var disk = new SimulatedDisk { IgnoreSyncs = true };
            var completed = await CheckpointThrice(disk);
            using var recovered = (Fixture with { Disk = disk.AfterPowerLoss(new Random(seed)) }).Open();
            if ((recovered.ReplayFrom ?? 0) < completed.Position) noticed++;
        }
        Assert.True(noticed > 0);
    }

    /// <summary>Three checkpoints with changes before, between and while they are made. The state at position p is: key n of each shard has value (n, p).</summary>
    private static async Task<(long Position, int Calls)> CheckpointThrice(SimulatedDisk disk)
    {
        var position = 0L;
        try
        {
            using var directory = (Fixture with { Disk = disk }).Open();
            for (var next = 1; next <= 3; next++)
            {
                foreach (var store in directory.Stores) store.Put(Enumerable.Range(0, 20).Select(n => (Key(n), ValueAt(n, next))));
                var checkpoint = directory.CheckpointAsync(next, BitConverter.GetBytes((long)next));
                foreach (var store in directory.Stores) store.Put(Enumerable.Range(0, 20).Select(n => (Key(n), n % 2 == 0 ? [] : Value(n, 70))));
                while (!checkpoint.IsCompleted && !disk.IsDead) await Task.Delay(1);
                if (disk.IsDead) break;
                if (await checkpoint) position = next;
            }
        }
        catch (Exception e) when (e is IOException or StartupException)
        {
            // The crash.
        }
        return (position, disk.Calls);
    }

    private static byte[] ValueAt(int n, long position) => (n + position) % 5 == 0 ? [] : Value((int)(n * 10 + position), 100 + n * (int)position * 5);

    private static void AssertIsCheckpoint(StateDirectory recovered, long completed, string where)
    {
        var position = recovered.ReplayFrom ?? 0;
        Assert.True(position >= completed && position <= completed + 1, $"{where}: recovered {position}, completed was {completed}");
        if (position == 0)
        {
            Assert.True(recovered.Keys == 0 && recovered.Origin == StateOrigin.Created, where);
            return;
        }
        Assert.Equal(position, BitConverter.ToInt64(recovered.Tables.Span));
        var expected = Enumerable.Range(0, 20).Where(n => ValueAt(n, position).Length > 0).ToDictionary(n => Key(n), n => ValueAt(n, position));
        foreach (var store in recovered.Stores) store.AssertHolds(expected);
        foreach (var store in recovered.Stores) Assert.Equal(0, store.DamagedRecords);
    }
}
