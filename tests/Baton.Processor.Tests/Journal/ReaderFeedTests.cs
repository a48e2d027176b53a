using System.Collections.Concurrent;
using Baton.Processor.Journal;
using Baton.Testing;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>Readers that keep up get the groups from memory. They get the same as from the files, and nobody reads a buffer that was given back.</summary>
public sealed class ReaderFeedTests
{
    private readonly PoisoningPool _pool = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_keeps_up_does_not_touch_the_disk()
    {
        var disk = new SimulatedDisk();
        await using var journal = Open(disk);
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(1, out _));
        var reads = 0;
        disk.Inject = call =>
        {
            if (call.Operation is DiskOperation.Read or DiskOperation.Open) Interlocked.Increment(ref reads);
            return null;
        };
        for (var i = 0; i < 50; i++)
        {
            await journal.Append(JournalReading.Payload(i, i * 100));
            Assert.True(reader.TryRead(1, out var block));
            using (block) Assert.Equal(JournalReading.Payload(i, i * 100), Assert.Single(block.Copy()).Payload);
            Assert.False(reader.TryRead(1, out _));
        }
        Assert.Equal(0, reads);
        Assert.Equal(journal.Tail, reader.Position);
    }

    [Fact]
    public async Task A_group_comes_whole_with_its_end_marked()
    {
        var disk = new SimulatedDisk();
        await using var journal = Open(disk);
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(1, out _));
        var payloads = Enumerable.Range(0, 5).Select(i => JournalReading.Payload(i, 1000)).ToList();
        await journal.AppendGroups(disk, payloads);

        var fed = reader.ReadAll();
        Assert.Equal(payloads, fed.Select(entry => entry.Payload));
        Assert.Equal([true, false, false, false, true], fed.Select(entry => entry.EndOfGroup));
        // The records compare their arrays by reference.
        var read = journal.ReadAll();
        Assert.Equal(read.Select(entry => (entry.Position, entry.NextPosition, entry.ArrivalUnixNanos, entry.SpanCount)), fed.Select(entry => (entry.Position, entry.NextPosition, entry.ArrivalUnixNanos, entry.SpanCount)));
        Assert.Equal(read.Select(entry => entry.Payload), fed.Select(entry => entry.Payload));
    }

    [Fact]
    public async Task A_reader_that_falls_behind_goes_on_in_the_files_and_misses_nothing()
    {
        await using var journal = Open(new SimulatedDisk());
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(1, out _));
        // Three times as much as is held for it, one entry that is never held, and some that are again.
        int[] sizes = [.. Enumerable.Repeat(1 << 20, 3 * (int)(ReaderFeed.MaxBytes >> 20)), (4 << 20) + 1, 5, 5, 5];
        for (var i = 0; i < sizes.Length; i++) await journal.Append(JournalReading.Payload(i, sizes[i]));
        Assert.InRange(_pool.Outstanding, 1, (int)(ReaderFeed.MaxBytes >> 20));

        var read = reader.ReadAll(1 << 21);
        Assert.Equal(sizes.Select((size, i) => JournalReading.Payload(i, size)), read.Select(entry => entry.Payload));
        await journal.Append([7]);
        Assert.Equal([7], Assert.Single(reader.ReadAll()).Payload);
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public async Task What_could_not_be_written_is_not_given_to_readers()
    {
        var disk = new SimulatedDisk();
        await using var journal = Open(disk);
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(1, out _));
        disk.Inject = call => call.Operation == DiskOperation.Write ? DiskFault.InputOutputError : null;
        Assert.Equal(AppendStatus.Failed, (await journal.Append([1])).Status);
        Assert.False(reader.TryRead(1, out _));
        Assert.Equal(0, _pool.Outstanding);
        disk.Inject = null;
        await journal.Append([2]);
        Assert.Equal([2], Assert.Single(reader.ReadAll()).Payload);
    }

    [Fact]
    public async Task A_reader_that_ends_lets_go_of_what_was_held_for_it()
    {
        await using var journal = Open(new SimulatedDisk());
        var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(1, out _));
        await journal.Append([1]);
        Assert.True(reader.TryRead(1, out var block));
        await journal.Append([2]);
        reader.Dispose();
        Assert.Equal([1], Assert.Single(block.Copy()).Payload);
        await journal.Append([3]);
        block.Dispose();
        Assert.Equal(0, _pool.Outstanding);
    }

    /// <summary>Readers of every temper at once: those that keep up, those that dawdle, and those that hold on to what they have read, as an exporter does.</summary>
    [Fact]
    public async Task Concurrent_readers_see_every_entry_once_in_order_and_intact_for_as_long_as_they_hold_it()
    {
        const int appenders = 4, each = 400, total = appenders * each;
        await using (var journal = Open(new SimulatedDisk()))
        {
            var readers = Enumerable.Range(0, 6).Select(temper => Task.Run(() => ReadAsync(journal, temper, total), Cancellation)).ToList();
            var appending = Enumerable.Range(0, appenders).Select(appender => Task.Run(async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    var id = appender * each + i;
                    Assert.Equal(AppendStatus.Stored, (await journal.Append(PayloadOf(id))).Status);
                    if (i % 16 == 0) await Task.Yield();
                }
            }));
            await Task.WhenAll(appending);
            var seen = await Task.WhenAll(readers);
            Assert.All(seen, ids => Assert.Equal(total, ids.Distinct().Count()));
            Assert.All(seen, ids => Assert.Equal(seen[0], ids));
        }
        Assert.Equal(0, _pool.Outstanding);
        _pool.Check();
    }

    private static async Task<List<int>> ReadAsync(Processor.Journal.Journal journal, int temper, int total)
    {
        var (ids, held, random) = (new List<int>(), new Queue<JournalBlock>(), new Random(temper));
        using var reader = journal.OpenReader(0);
        while (ids.Count < total)
        {
            var block = (await reader.ReadAsync(1 << (8 + 2 * temper), Cancellation))!;
            ids.AddRange(Intact(block));
            held.Enqueue(block);
            if (temper >= 3) await Task.Delay(random.Next(3), Cancellation);
            while (held.Count > temper) Release(held);
        }
        while (held.Count > 0) Release(held);
        return ids;
    }

    private static void Release(Queue<JournalBlock> held)
    {
        using var block = held.Dequeue();
        Intact(block);
    }

    private static List<int> Intact(JournalBlock block)
    {
        var ids = new List<int>();
        foreach (var entry in block.Copy())
        {
            var id = BitConverter.ToInt32(entry.Payload);
            Assert.Equal(PayloadOf(id), entry.Payload);
            ids.Add(id);
        }
        return ids;
    }

    private static byte[] PayloadOf(int id) => [.. BitConverter.GetBytes(id), .. JournalReading.Payload(id, id % 97 == 0 ? 100_000 : id % 3000)];

    private Processor.Journal.Journal Open(SimulatedDisk disk) => new JournalFixture("/journal", disk) { Buffers = _pool }.Open();
}
