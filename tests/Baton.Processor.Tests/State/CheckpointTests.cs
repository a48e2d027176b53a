using Baton.Continuity.Join;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Testing;
using Baton.Testing.Disk;
using Microsoft.Extensions.Logging;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

public sealed class CheckpointTests : IDisposable
{
    private readonly TempDirectory _temporary = new();
    private readonly RecordingLogger _logger = new();
    private readonly StateFixture _fixture;

    public CheckpointTests() => _fixture = new StateFixture(_temporary["state"]) { Shards = 2, MemoryBytes = 32 << 20, Logger = _logger };

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_new_directory_has_no_position_and_replays_from_the_journals_head()
    {
        using var directory = _fixture.Open();

        Assert.Equal(StateOrigin.Created, directory.Origin);
        Assert.Null(directory.ReplayFrom);
        Assert.Null(directory.RetainFrom);
        Assert.Equal(2, directory.Stores.Count);
    }

    [Fact]
    public async Task A_checkpoint_brings_back_stores_tables_and_position_as_they_were_at_the_cut()
    {
        byte[] tables = [1, 2, 3];
        using (var directory = _fixture.Open())
        {
            directory.Stores[0].Put((Key(1), Value(1, 100)), (Key(2), Value(2, 1000)));
            directory.Stores[1].Put((Key(3), Value(3, 5)));
            var checkpoint = directory.CheckpointAsync(4711, tables);
            directory.Stores[0].Put((Key(1), Value(9, 300)), (Key(2), []), (Key(4), [4]));
            directory.Stores[1].Put((Key(3), []));
            Assert.True(await checkpoint);
            directory.Stores[1].Put((Key(5), [5]));
        }

        using var reopened = _fixture.Open();
        Assert.Equal(StateOrigin.Current, reopened.Origin);
        Assert.Equal(4711, reopened.ReplayFrom);
        Assert.Equal(tables, reopened.Tables.ToArray());
        reopened.Stores[0].AssertHolds(new() { [Key(1)] = Value(1, 100), [Key(2)] = Value(2, 1000) });
        reopened.Stores[1].AssertHolds(new() { [Key(3)] = Value(3, 5) });
        Assert.Equal(7, reopened.Stores[0].Records);
    }

    [Fact]
    public async Task A_directory_is_found_again_however_it_is_written()
    {
        using (var directory = _fixture.Open())
        {
            directory.Stores[0].Put((Key(1), Value(1, 100)));
            Assert.True(await directory.CheckpointAsync(4711, default));
        }

        using var reopened = (_fixture with { Directory = _fixture.Directory.Insert(_fixture.Directory.LastIndexOf('/'), "/./") }).Open();
        Assert.Equal(StateOrigin.Current, reopened.Origin);
        reopened.Stores[0].AssertHolds(new() { [Key(1)] = Value(1, 100) });
    }

    [Fact]
    public async Task The_number_of_shards_stays_as_it_was_when_the_directory_was_created()
    {
        using (var directory = _fixture.Open()) Assert.True(await directory.CheckpointAsync(1, default));

        using var reopened = (_fixture with { Shards = 3, MemoryBytes = 64 << 20 }).Open();

        Assert.Equal(2, reopened.Stores.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(7, 3)]
    [InlineData(64, 8)]
    public void A_new_directory_has_a_shard_per_two_processors_and_at_most_eight(int processors, int shards) =>
        Assert.Equal(shards, new StateDirectoryOptions { Directory = "" }.ShardsOfNew(processors));

    [Fact]
    public void Little_memory_makes_fewer_shards() =>
        Assert.Equal(7, new StateDirectoryOptions { Directory = "", MemoryBytes = 64 << 20 }.ShardsOfNew(64));

    [Fact]
    public async Task Memory_may_be_changed_between_starts_but_the_index_does_not_shrink()
    {
        var expected = Enumerable.Range(0, 60_000).ToDictionary(n => Key(n), n => Value(n, 150));
        var small = _fixture with { Shards = 1, MemoryBytes = 9 << 20 };
        using (var directory = small.Open())
        {
            directory.Stores[0].Put(expected.Select(each => (each.Key, each.Value)));
            Assert.True(await directory.CheckpointAsync(1, default));
        }
        foreach (var memory in new[] { 100, 9, 21 })
        {
            using var directory = (small with { MemoryBytes = memory << 20 }).Open();
            directory.Stores[0].AssertHolds(expected);
            var index = directory.Faster().Sizing.IndexBytes;
            var most = Math.Max((long)memory << 20, index + (8L << 20));
            Assert.InRange(await directory.Stores[0].SettledAsync(() => directory.Stores[0].MemoryBytes, most), 0, most);
            Assert.Equal(8L << 20, index);
            foreach (var n in Enumerable.Range(0, 60_000).Where(n => n % 7 == 0)) expected[Key(n)] = Value(n + memory, 150);
            directory.Stores[0].Put(expected.Select(each => (each.Key, each.Value)));
            Assert.True(await directory.CheckpointAsync(memory, default));
        }
    }

    [Fact]
    public async Task When_the_last_checkpoint_is_damaged_the_one_before_is_recovered_loudly()
    {
        using (var directory = _fixture.Open())
        {
            directory.Stores[0].Put((Key(1), [1]));
            Assert.True(await directory.CheckpointAsync(100, new byte[] { 1 }));
            directory.Stores[0].Put((Key(1), [2]), (Key(2), [2]));
            Assert.True(await directory.CheckpointAsync(200, new byte[] { 2 }));
            Assert.Equal(100, directory.RetainFrom);
        }
        Flip(Path.Combine(_fixture.Directory, "CURRENT"), 40);

        using (var directory = _fixture.Open())
        {
            Assert.Equal(StateOrigin.Previous, directory.Origin);
            Assert.Equal(100, directory.ReplayFrom);
            Assert.Equal([1], directory.Tables.ToArray());
            directory.Stores[0].AssertHolds(new() { [Key(1)] = [1] });
            Assert.Contains(_logger.Errors, line => line.Contains("CURRENT cannot be recovered: its checksum is wrong. The one before it is tried."));
            Assert.True(File.Exists(Path.Combine(_fixture.Directory, "CURRENT.damaged")));

            // The next checkpoint puts everything in order again.
            directory.Stores[0].Put((Key(3), [3]));
            Assert.True(await directory.CheckpointAsync(300, default));
            Assert.Equal(100, directory.RetainFrom);
        }
        using var last = _fixture.Open();
        Assert.Equal(300, last.ReplayFrom);
        last.Stores[0].AssertHolds(new() { [Key(1)] = [1], [Key(3)] = [3] });
    }

    [Theory]
    [InlineData("tables.0000000002")]
    [InlineData("shard-1.00000000")]
    public async Task A_missing_file_of_the_last_checkpoint_is_noticed(string name)
    {
        using (var directory = _fixture.Open())
        {
            Assert.True(await directory.CheckpointAsync(100, new byte[] { 1 }));
            directory.Stores[1].Put((Key(1), [1]));
            Assert.True(await directory.CheckpointAsync(200, new byte[] { 2 }));
        }
        File.Delete(Path.Combine(_fixture.Directory, name));

        using var reopened = _fixture.Open();
        Assert.Equal(StateOrigin.Previous, reopened.Origin);
        Assert.Equal(100, reopened.ReplayFrom);
        Assert.Equal(0, reopened.Keys);
    }

    [Fact]
    public async Task When_no_checkpoint_can_be_read_the_files_are_kept_aside_and_the_state_begins_empty()
    {
        using (var directory = _fixture.Open())
        {
            directory.Stores[0].Put((Key(1), [1]));
            Assert.True(await directory.CheckpointAsync(100, default));
            Assert.True(await directory.CheckpointAsync(200, default));
        }
        Flip(Path.Combine(_fixture.Directory, "CURRENT"), 40);
        Flip(Path.Combine(_fixture.Directory, "PREVIOUS"), 40);

        using var reopened = _fixture.Open();
        Assert.Equal(StateOrigin.Lost, reopened.Origin);
        Assert.Null(reopened.ReplayFrom);
        Assert.Equal(0, reopened.Keys);
        Assert.Contains(_logger.Errors, line => line.Contains("The state is lost, and its files are in " + Path.Combine(_fixture.Directory, "damaged")));
        Assert.True(File.Exists(Path.Combine(_fixture.Directory, "damaged", "PREVIOUS")));
        Assert.True(File.Exists(Path.Combine(_fixture.Directory, "damaged", "shard-0.00000000")));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_record_costs_that_record_and_is_counted()
    {
        var value = Value(1, 100);
        using (var directory = _fixture.Open())
        {
            directory.Stores[0].Put((Key(1), value), (Key(2), Value(2, 100)));
            Assert.True(await directory.CheckpointAsync(100, default));
        }
        var log = Path.Combine(_fixture.Directory, "shard-0.00000000");
        Flip(log, File.ReadAllBytes(log).AsSpan().IndexOf(value) + 50);

        using var reopened = _fixture.Open();
        Assert.Equal([Key(2)], reopened.Stores[0].All().Keys);
        Assert.Equal(1, reopened.Stores[0].DamagedRecords);
        Assert.Empty(reopened.Stores[0].Get(Key(1)));
        reopened.Stores[0].Put((Key(1), [7]));
        reopened.Stores[0].AssertHolds(new() { [Key(1)] = [7], [Key(2)] = Value(2, 100) });
    }

    [Fact]
    public async Task A_directory_of_a_later_format_is_refused_with_what_to_do()
    {
        using (var directory = _fixture.Open()) Assert.True(await directory.CheckpointAsync(1, default));
        var current = Path.Combine(_fixture.Directory, "CURRENT");
        var manifest = Manifest.Read(File.ReadAllBytes(current), out _)!;
        File.WriteAllBytes(current, (manifest with { Format = Manifest.CurrentFormat + 1 }).Write());

        var refusal = Assert.Throws<StartupException>(() => _fixture.Open());

        Assert.Contains($"CURRENT has format {Manifest.CurrentFormat + 1}, and this Baton reads format {Manifest.CurrentFormat}. Start the version that wrote it", refusal.Message);
    }

    [Fact]
    public void A_directory_that_is_in_use_is_refused_with_what_to_do()
    {
        using var directory = _fixture.Open();

        var refusal = Assert.Throws<StartupException>(() => _fixture.Open());

        Assert.Contains("is in use by another process. Stop that process, or set state.directory", refusal.Message);
    }

    [Fact]
    public async Task Files_that_no_kept_checkpoint_needs_are_removed()
    {
        using (var directory = _fixture.Open())
        {
            for (var i = 1; i <= 5; i++) Assert.True(await directory.CheckpointAsync(i, new byte[] { 1 }));
        }
        Assert.Equal(
            ["CURRENT", "PREVIOUS", "lock", "tables.0000000004", "tables.0000000005"],
            Directory.GetFiles(_fixture.Directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_written_leaves_the_checkpoint_before_and_the_next_one_succeeds()
    {
        var disk = new SimulatedDisk();
        using var directory = (_fixture with { Disk = disk }).Open();
        directory.Stores[0].Put((Key(1), [1]));
        Assert.True(await directory.CheckpointAsync(100, default));

        disk.Inject = call => call.Path.EndsWith("CURRENT.tmp", StringComparison.Ordinal) ? DiskFault.NoSpace : null;
        directory.Stores[0].Put((Key(1), [2]));
        Assert.False(await directory.CheckpointAsync(200, default));
        Assert.Equal(100, directory.RetainFrom);
        disk.Inject = null;
        Assert.True(await directory.CheckpointAsync(300, default));

        using var reopened = (_fixture with { Disk = disk.AfterProcessCrash() }).Open();
        Assert.Equal(300, reopened.ReplayFrom);
        reopened.Stores[0].AssertHolds(new() { [Key(1)] = [2] });
    }

    [Fact]
    public async Task A_full_disk_holds_a_checkpoint_up_until_there_is_space_again()
    {
        var disk = new SimulatedDisk();
        using var directory = (_fixture with { Disk = disk }).Open();
        disk.Inject = call => call.Operation == DiskOperation.Write && Path.GetFileName(call.Path).StartsWith("shard-", StringComparison.Ordinal) ? DiskFault.NoSpace : null;
        directory.Stores[0].Put((Key(1), [1]));
        var checkpoint = directory.CheckpointAsync(100, default);
        while (!directory.IsStalled) await Task.Yield();
        Assert.False(checkpoint.IsCompleted);
        directory.Stores[0].Put((Key(2), [2]));

        disk.Inject = null;

        Assert.True(await checkpoint);
        Assert.False(directory.IsStalled);
        directory.Stores[0].AssertHolds(new() { [Key(1)] = [1], [Key(2)] = [2] });
        Assert.Single(_logger.Errors, line => line.Contains("will be tried again until it can"));
    }

    [Fact]
    public async Task A_log_that_cannot_be_synced_makes_the_store_unusable_and_leaves_the_last_checkpoint()
    {
        var disk = new SimulatedDisk();
        using (var directory = (_fixture with { Disk = disk }).Open())
        {
            directory.Stores[0].Put((Key(1), [1]));
            Assert.True(await directory.CheckpointAsync(100, default));
            disk.Inject = call => call.Operation == DiskOperation.Sync ? DiskFault.InputOutputError : null;
            directory.Stores[0].Put((Key(1), [2]));

            var fault = await Assert.ThrowsAsync<IOException>(() => directory.CheckpointAsync(200, default));

            Assert.Contains("could not be synced", fault.Message);
        }
        using var reopened = (_fixture with { Disk = disk.AfterProcessCrash() }).Open();
        reopened.Stores[0].AssertHolds(new() { [Key(1)] = [1] });
    }

    private static void Flip(string path, int offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly List<(LogLevel Level, string Line)> _lines = [];

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lines) return [.. _lines.Where(each => each.Level >= LogLevel.Error).Select(each => each.Line)];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add((logLevel, formatter(state, exception)));
    }
}
