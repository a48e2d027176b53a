using System.Text.Json;
using Baton.Processor.Commands;
using Baton.Processor.Inspect;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Tests.Watch;
using Baton.Testing;
using Baton.Testing.Disk;
using static Baton.Processor.Tests.Watch.WatchFixture;

namespace Baton.Processor.Tests.Inspect;

public sealed class InspectTests
{
    [Fact]
    public async Task A_running_instances_directory_is_read_without_a_change_to_it()
    {
        var fixture = new WatchFixture { Settings = new() { CheckpointInterval = TimeSpan.FromSeconds(1) } };
        await using var baton = await fixture.StartLive();
        var behind = baton.Journal.OpenCursor("otlp/tempo").Position;
        await baton.Send(Publish("t1", 0), Publish("t2", 0), Publish("t3", 0));
        await baton.Run(2);
        await baton.Send(Acknowledge("t2", 1));
        // One checkpoint may be under way; the next has everything.
        for (var i = 0; i < 2; i++)
        {
            await baton.Run(2);
            await Until(() => !baton.State.IsCheckpointing);
        }
        fixture.Disk.Inject = call => call.Operation is DiskOperation.Write or DiskOperation.Create or DiskOperation.Delete or DiskOperation.Rename ? throw new InvalidOperationException("It writes.") : null;

        var found = Inspect(fixture.Disk, "/journal");
        var state = Inspect(fixture.Disk, "/state").State!;
        fixture.Disk.Inject = null;

        Assert.Equal(baton.Journal.Tail, found.Journal!.TailPosition);
        Assert.Equal(4, found.Journal.Segments.Sum(segment => segment.Spans));
        Assert.Equal(baton.Journal.Tail - behind, found.Journal.Cursors.Single(cursor => cursor.Name == "otlp/tempo").BytesBehind);
        Assert.False(found.IsDamaged);
        Assert.Equal("CURRENT", state.Recovered);
        var relay = Assert.Single(state.Relays);
        Assert.Equal(("render_job", 2, 1, 0), (relay.Relay, relay.Waiting, relay.Running, relay.Missed));
    }

    [Fact]
    public async Task What_is_lost_is_said_with_its_range_and_the_number_of_entries()
    {
        var disk = new SimulatedDisk();
        var journal = Processor.Journal.Journal.Open(new JournalOptions { Directory = "/data/journal", SegmentSizeBytes = 1_000 }, TimeProvider.System, disk, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        for (var i = 0; i < 20; i++) await Journal.JournalReading.Append(journal, new byte[200]);
        await journal.DisposeAsync();
        var segments = disk.Files.Where(file => file.EndsWith(".segment", StringComparison.Ordinal)).ToList();
        disk[segments[1]][64 + 100] ^= 1;
        disk.Delete(segments[3]);

        var found = Inspect(disk, "/data");

        Assert.True(found.IsDamaged);
        Assert.Equal(2, found.Journal!.Damage.Count);
        Assert.Equal(1, found.Journal.Damage[0].EntriesLost);
        Assert.All(found.Journal.Damage, damage => Assert.True(damage.ToPosition > damage.FromPosition));
        Assert.Null(found.State);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_told_and_the_one_before_it_read()
    {
        var fixture = new WatchFixture { Settings = new() { CheckpointInterval = TimeSpan.FromSeconds(1) } };
        var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(4);
        await baton.Send(Publish("t2", 4));
        await baton.Run(4);
        await baton.Stop();
        fixture.Disk["/state/CURRENT"][20] ^= 1;

        var state = Inspect(fixture.Disk, "/state").State!;

        Assert.Equal("PREVIOUS", state.Recovered);
        Assert.Equal(["CURRENT", "PREVIOUS"], state.Checkpoints.Select(checkpoint => checkpoint.File));
        Assert.NotNull(state.Checkpoints[0].Fault);
        Assert.True(state.IsDamaged);
    }

    [Fact]
    public async Task The_command_writes_a_table_or_JSON_and_says_plainly_where_there_is_nothing()
    {
        using var directory = new TempDirectory();
        await using (var journal = Processor.Journal.Journal.Open(new JournalOptions { Directory = directory["journal"] }, TimeProvider.System, new FileSystemDisk(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            journal.OpenCursor("otlp/tempo");
            await Journal.JournalReading.Append(journal, new byte[200]);
        }

        var (code, output, _) = await Run("inspect", directory.Path);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("1 segment, ", output, StringComparison.Ordinal);
        Assert.Contains("otlp/tempo", output, StringComparison.Ordinal);
        Assert.Contains("Nothing is lost.", output, StringComparison.Ordinal);

        var (_, json, _) = await Run("inspect", directory.Path, "--format", "json");
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal(256, parsed.RootElement.GetProperty("journal").GetProperty("tail_position").GetInt64());

        foreach (var nothing in new[] { directory["missing"], Path.GetTempPath() })
        {
            var (bad, _, error) = await Run("inspect", nothing);
            Assert.Equal(ExitCode.BadUsage, bad);
            Assert.Contains("Name the directory", error, StringComparison.Ordinal);
        }
    }

    private static Inspection Inspect(IDisk disk, string directory)
    {
        var found = DataDirectory.TryInspect(disk, directory, out var fault);
        Assert.Equal("", fault);
        return found!;
    }

    private static async Task<(ExitCode Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.InvokeAsync(arguments, output, error, _ => null, (_, _, _, _, _) => Task.CompletedTask, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
