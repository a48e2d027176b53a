using Baton.Processor.Journal;
using Baton.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>What is appended is what is read, in order, by every reader, before and after a restart.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_entry_is_read_back_as_it_was_appended()
    {
        await using var journal = Fixture().Open();
        var result = await journal.AppendAsync(EntryKind.Metrics, PayloadEncoding.Gzip, "events"u8.ToArray(), "payload"u8.ToArray(), 7);
        Assert.Equal(new AppendResult(AppendStatus.Stored, 0), result);

        var entry = Assert.Single(journal.ReadAll());
        Assert.Equal((EntryKind.Metrics, PayloadEncoding.Gzip, 7), (entry.Kind, entry.Encoding, entry.SpanCount));
        Assert.Equal("events"u8, entry.Events);
        Assert.Equal("payload"u8, entry.Payload);
        Assert.Equal((0L, journal.Tail), (entry.Position, entry.NextPosition));
        Assert.True(entry.EndOfGroup);
    }

    [Theory]
    [InlineData(JournalDurability.Os)]
    [InlineData(JournalDurability.Disk)]
    public async Task Entries_of_all_sizes_survive_a_restart_in_order_across_segments(JournalDurability durability)
    {
        var fixture = Fixture() with { SegmentSizeBytes = 100_000, Durability = durability };
        int[] sizes = [0, 1, 4095, 4096, 4097, 99_000, 250_000, 3, 1 << 20, 17];
        await using (var journal = fixture.Open())
        {
            for (var i = 0; i < sizes.Length; i++) Assert.Equal(AppendStatus.Stored, (await journal.Append(JournalReading.Payload(i, sizes[i]))).Status);
        }

        await using var reopened = fixture.Open();
        foreach (var maxBytes in (int[])[1, 5000, 1 << 22])
        {
            var read = reopened.ReadAll(maxBytes: maxBytes);
            Assert.Equal(sizes.Select((size, i) => JournalReading.Payload(i, size)), read.Select(entry => entry.Payload));
        }
        Assert.Empty(reopened.Recovery.Damage);
        Assert.Equal(0, reopened.Recovery.TornBytes);
    }

    [Fact]
    public async Task An_append_to_an_idle_journal_is_done_when_the_call_returns_and_allocates_nothing()
    {
        await using var journal = Fixture().Open();
        var payload = new byte[300];
        var least = long.MaxValue;
        // The least of several rounds: tests that run beside this one share the pools.
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                var task = journal.AppendAsync(EntryKind.Traces, PayloadEncoding.Identity, payload, payload, 1);
                if (!task.IsCompletedSuccessfully || (await task).Status != AppendStatus.Stored) Assert.Fail("It was not done.");
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.InRange(least, 0, 200);
    }

    [Fact]
    public async Task Concurrent_appenders_and_a_waiting_reader_agree_on_every_entry()
    {
        const int appenders = 8, each = 500;
        await using var journal = (Fixture() with { SegmentSizeBytes = 1 << 20 }).Open();
        using var reader = journal.OpenReader(0);
        var reading = Task.Run(async () =>
        {
            var seen = new List<Read>();
            while (seen.Count < appenders * each)
            {
                using var block = await reader.ReadAsync(1 << 16, TestContext.Current.CancellationToken);
                seen.AddRange(block!.Copy());
            }
            return seen;
        });
        var positions = await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(async () =>
        {
            var mine = new List<(long, int)>();
            for (var i = 0; i < each; i++)
            {
                var id = appender * each + i;
                var result = await journal.Append(JournalReading.Payload(id, id % 6000));
                Assert.Equal(AppendStatus.Stored, result.Status);
                mine.Add((result.Position, id));
            }
            return mine;
        })));
        var read = await reading;

        var expected = positions.SelectMany(mine => mine).OrderBy(pair => pair.Item1).ToList();
        Assert.Equal(expected.Select(pair => pair.Item1), read.Select(entry => entry.Position));
        Assert.All(read.Zip(expected), pair => Assert.Equal(JournalReading.Payload(pair.Second.Item2, pair.Second.Item2 % 6000), pair.First.Payload));
        Assert.True(read[^1].EndOfGroup);
    }

    private JournalFixture Fixture() => new(_directory.Path, new FileSystemDisk());
}
