using System.Buffers.Binary;
using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>One random run, and what must be true of the journal after it. Everything follows from the seed.</summary>
internal sealed class CrashRun(int seed, JournalDurability durability)
{
    private readonly Random _random = new(seed);

    // By id, which every payload begins with.
    private readonly SortedDictionary<int, byte[]> _attempted = [];
    private readonly SortedDictionary<int, long> _acknowledged = [];
    private int _nextId;
    private long _saved;

    public bool IgnoreSyncs { get; init; }

    /// <summary>Crashes at a random call, up to three times on end, and looks at what the next process finds.</summary>
    public async Task Crashes(Func<SimulatedDisk, SimulatedDisk> next, bool strict)
    {
        var disk = new SimulatedDisk { IgnoreSyncs = IgnoreSyncs };
        for (var life = 0; life < 3; life++)
        {
            var last = disk.Calls + _random.Next(1, 80);
            var partly = _random.Next(0, 4_000);
            disk.Inject = call => call.Number >= last ? DiskFault.CrashAfter(partly) : null;
            await Live(disk);
            disk.Crash();
            disk = next(disk);
            await using var journal = Fixture(disk).Open();
            Check(journal, strict);
        }
    }

    /// <summary>Some calls fail, and then none: all that is tried then must succeed.</summary>
    public async Task Survives()
    {
        var disk = new SimulatedDisk();
        await using (var journal = Fixture(disk).Open())
        {
            var from = disk.Calls + _random.Next(0, 60);
            var fault = _random.Next(4) switch
            {
                0 => DiskFault.InputOutputError,
                1 => DiskFault.NoSpace,
                _ => DiskFault.ShortWrite(_random.Next(0, 3_000), _random.Next(2) == 0 ? 5 : 28),
            };
            var count = _random.Next(1, 6);
            // Reads are spared: what they cannot read they rightly report as lost.
            disk.Inject = call => call.Number >= from && call.Number < from + count && call.Operation is not (DiskOperation.Read or DiskOperation.Open) ? fault : null;
            await Work(journal, disk, 40);
            disk.Inject = null;
            var before = _acknowledged.Count;
            await Work(journal, disk, 5);
            Assert.True(_acknowledged.Count >= before + 5);
            Check(journal, strict: true);
        }
        await using var reopened = Fixture(disk).Open();
        Check(reopened, strict: true);
    }

    private JournalFixture Fixture(SimulatedDisk disk) => JournalFixture.Simulated() with { Disk = disk, Durability = durability, SegmentSizeBytes = 6_000 };

    private async Task Live(SimulatedDisk disk)
    {
        try
        {
            await using var journal = Fixture(disk).Open();
            await Work(journal, disk, 60);
        }
        catch (StartupException)
        {
            // It died while it was being opened.
        }
    }

    private async Task Work(Processor.Journal.Journal journal, SimulatedDisk disk, int steps)
    {
        var cursor = journal.OpenCursor("otlp");
        for (var step = 0; step < steps; step++)
        {
            var ids = Enumerable.Range(_nextId, _random.Next(1, 6)).ToList();
            _nextId += ids.Count;
            foreach (var id in ids) _attempted[id] = Payload(id);
            var results = await journal.AppendGroups(disk, [.. ids.Select(id => _attempted[id])]);
            foreach (var (id, result) in ids.Zip(results))
            {
                if (result.Status == AppendStatus.Stored) _acknowledged[id] = result.Position;
            }
            if (_random.Next(4) != 0 || _acknowledged.Count == 0) continue;
            // What is saved is never beyond what was acknowledged.
            _saved = Math.Max(_saved, _acknowledged.Values.ElementAt(_random.Next(_acknowledged.Count)));
            cursor.Save(_saved);
            cursor.Flush();
        }
    }

    private byte[] Payload(int id)
    {
        var bytes = JournalReading.Payload(id, 4 + _random.Next(0, _random.Next(10) == 0 ? 9_000 : 600));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, id);
        return bytes;
    }

    private void Check(Processor.Journal.Journal journal, bool strict)
    {
        var cursor = journal.OpenCursor("otlp");
        Assert.True(cursor.Position <= Math.Max(_saved, journal.Head) || !strict, "a cursor is ahead of what was saved");
        var read = journal.ReadAll();
        var ids = read.Select(entry => BinaryPrimitives.ReadInt32LittleEndian(entry.Payload)).ToList();
        Assert.Equal(ids.Order().Distinct(), ids);
        Assert.All(read, entry => Assert.Equal(_attempted[BinaryPrimitives.ReadInt32LittleEndian(entry.Payload)], entry.Payload));
        Assert.Equal(read.Select(entry => entry.ArrivalUnixNanos).Order(), read.Select(entry => entry.ArrivalUnixNanos));
        if (!strict) return;
        Assert.Empty(journal.Damage);
        var needed = _acknowledged.Where(pair => pair.Value >= _saved).ToList();
        Assert.Subset(ids.ToHashSet(), needed.Select(pair => pair.Key).ToHashSet());
        Assert.All(read, entry =>
        {
            if (_acknowledged.TryGetValue(BinaryPrimitives.ReadInt32LittleEndian(entry.Payload), out var position)) Assert.Equal(position, entry.Position);
        });
        // What could be read has been acted upon: it must never vanish again.
        foreach (var entry in read) _acknowledged[BinaryPrimitives.ReadInt32LittleEndian(entry.Payload)] = entry.Position;
    }
}
