using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Simulation;

/// <summary>
/// An exporter without threads: reads the journal behind the product's own cursor, has entries on their way for a while, and is answered in any order.
/// </summary>
internal sealed class Exporter : IDisposable
{
    /// <summary>The cursor's name.</summary>
    public const string Name = "backend";

    private readonly JournalReader _reader;
    private readonly ForwardCursor _cursor;
    private readonly Backend _backend;
    private readonly SimulatedDisk _disk;
    private readonly Random _random;
    private readonly bool _settlesEarly;
    private readonly List<(byte[] Payload, EntryKind Kind, long Position, ExportPart Part)> _underWay = [];

    public Exporter(Journal journal, Backend backend, SimulatedDisk disk, Random random, bool settlesEarly)
    {
        var cursor = journal.OpenCursor(Name);
        _cursor = new ForwardCursor(cursor, 1000);
        _reader = journal.OpenReader(cursor.Position);
        _backend = backend;
        _disk = disk;
        _random = random;
        _settlesEarly = settlesEarly;
    }

    /// <summary>True if everything that is in the journal has arrived.</summary>
    public bool IsIdle(long tail) => _underWay.Count == 0 && _reader.Position >= tail;

    /// <summary>Takes up what is there, and has some of what is on its way arrive.</summary>
    public void Step()
    {
        while (_reader.TryRead(1 << 16, out var block))
        {
            using (block)
            {
                for (var i = 0; i < block.Count; i++) Begin(block[i]);
            }
        }
        for (var left = _random.Next(_underWay.Count + 1); left > 0 && !_disk.IsDead; left--) EndOne(_random.Next(_underWay.Count));
    }

    public void Dispose() => _reader.Dispose();

    private void Begin(in JournalEntry entry)
    {
        var part = new ExportPart(default, entry.Kind, entry.SpanCount, _cursor.Add(entry));
        _underWay.Add((entry.Payload.ToArray(), entry.Kind, entry.Position, part));
        if (_settlesEarly) _cursor.Settle([part]);
    }

    private void EndOne(int index)
    {
        var (payload, kind, position, part) = _underWay[index];
        _underWay.RemoveAt(index);
        _backend.Take(kind, payload, position);
        if (!_settlesEarly) _cursor.Settle([part]);
    }
}
