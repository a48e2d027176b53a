using Baton.Testing;
using Baton.Testing.Disk;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

public sealed class StateLogDeviceTests : IDisposable
{
    private const int Records = 100_000; // 21 pages of a mebibyte, of which memory holds about half

    private readonly TempDirectory _temporary = new();

    [Fact]
    public async Task A_page_is_written_when_the_one_before_it_is_and_what_is_read_meanwhile_waits_for_neither()
    {
        var disk = new SimulatedDisk();
        using var directory = (new StateFixture(_temporary["state"]) { Disk = disk }).Open();
        var store = directory.Stores[0];
        for (var first = 0; first < Records; first += 1000) store.Put(Enumerable.Range(first, 1000).Select(n => (Key(n), Value(n, 180))));
        using var gate = new ManualResetEvent(false);
        var (writes, reads) = (0, 0);
        disk.Inject = call =>
        {
            if (!Path.GetFileName(call.Path).StartsWith("shard-", StringComparison.Ordinal)) return null;
            if (call.Operation == DiskOperation.Read) reads++;
            return call.Operation == DiskOperation.Write && writes++ == 0 ? DiskFault.Stall(gate) : null;
        };

        var checkpoint = directory.CheckpointAsync(100, default);
        while (Volatile.Read(ref writes) == 0) await Task.Yield();
        try
        {
            for (var n = 0; n < Records / 4; n += 100) Assert.Equal(Value(n, 180), store.Get(Key(n)));
            Assert.Equal(1, Volatile.Read(ref writes));
        }
        finally
        {
            gate.Set();
        }

        Assert.True(await checkpoint);
        Assert.True(reads > 100, $"{reads} records were read from the disk");
        Assert.True(writes > 4, $"{writes} pages were written");
    }

    public void Dispose() => _temporary.Dispose();
}
