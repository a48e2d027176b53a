using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Telemetry;
using Baton.Testing.Disk;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

/// <summary>A bad file is never fatal and never silent.</summary>
public sealed class BadFileTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly RecordingLogger _logger = new();

    private StateFixture Fixture => new("/state") { Disk = _disk, MemoryBytes = 9 << 20, Logger = _logger };

    [Fact]
    public async Task Tables_that_the_disk_cannot_read_cost_a_longer_replay_only()
    {
        await CheckpointTwice();
        _disk.Inject = call => call.Operation == DiskOperation.Read && call.Path.EndsWith("tables.0000000002", StringComparison.Ordinal) ? DiskFault.InputOutputError : null;

        using var directory = Fixture.Open();

        Assert.Equal((StateOrigin.Previous, 1L, 1), (directory.Origin, directory.ReplayFrom, directory.UnreadableCheckpoints));
    }

    [Fact]
    public async Task A_note_of_skipped_entries_that_cannot_be_read_does_not_stop_the_start()
    {
        using (var directory = Fixture.Open()) directory.Skipped.Add(10, 20);
        await CheckpointTwice();
        _disk.Inject = call => call.Operation == DiskOperation.Read && call.Path.EndsWith("skipped", StringComparison.Ordinal) ? DiskFault.InputOutputError : null;

        using var reopened = Fixture.Open();

        Assert.True(reopened.Skipped.IsEmpty);
        Assert.Single(_logger.Errors, line => line.Contains("skipped cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_checkpoints_that_cannot_be_read_are_counted_and_kept_aside_and_the_metrics_say_so()
    {
        await CheckpointTwice();
        _disk["/state/CURRENT"][10] ^= 1;
        _disk["/state/PREVIOUS"][10] ^= 1;

        using var directory = Fixture.Open();
        await using var journal = Processor.Journal.Journal.Open(new JournalOptions { Directory = "/journal" }, TimeProvider.System, _disk, _logger);
        var instruments = new Instruments();
        new DurabilityMetrics(instruments).Watch(journal, directory);
        using var page = new MemoryStream();
        await instruments.Registry.CollectAndExportAsTextAsync(page, TestContext.Current.CancellationToken);
        var text = System.Text.Encoding.UTF8.GetString(page.ToArray());

        Assert.Equal((StateOrigin.Lost, 2), (directory.Origin, directory.UnreadableCheckpoints));
        Assert.Contains("baton_state_faults_total{fault=\"unreadable_checkpoint\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("baton_state_faults_total{fault=\"lost\"} 1", text, StringComparison.Ordinal);
        Assert.Contains(_disk.Files, file => file.StartsWith("/state/damaged/", StringComparison.Ordinal));
    }

    private async Task CheckpointTwice()
    {
        using var directory = Fixture.Open();
        for (var position = 1; position <= 2; position++)
        {
            directory.Stores[0].Put((Key(position), Value(position, 100)));
            Assert.True(await directory.CheckpointAsync(position, new byte[] { 1, 2, 3 }));
        }
    }
}
