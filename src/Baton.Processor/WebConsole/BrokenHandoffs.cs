using System.Collections.Concurrent;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Processor.WebConsole;

/// <summary>
/// The broken handoffs that were told last, and of those that had to make room for them the ones that are missed for longest: a flood does not hide
/// with what it began. About a kilobyte each. Safe for any number of threads.
/// </summary>
internal sealed class BrokenHandoffs
{
    /// <summary>How many of the latest are kept.</summary>
    public const int Latest = 256;

    /// <summary>How many older ones are kept while they are missed.</summary>
    public const int Older = 64;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(TraceId, SpanId), BrokenHandoff> _byId = new();
    private readonly Queue<(TraceId, SpanId)> _latest = new();
    private readonly List<(TraceId, SpanId)> _older = [];
    private long _told;

    /// <summary>How many were told since the start.</summary>
    public long Told => Interlocked.Read(ref _told);

    /// <summary>Those that are kept, in no order.</summary>
    public IReadOnlyList<BrokenHandoff> All => [.. _byId.Values];

    /// <summary>A span was made.</summary>
    public void Add(in ToldSpan told)
    {
        var id = (told.TraceId, told.About);
        if (told.Kind == SynthesizedKind.Recovered)
        {
            lock (_lock)
            {
                if (_byId.TryGetValue(id, out var broken))
                    _byId[id] = broken.With(told);
            }
        }
        else if (told.Kind is SynthesizedKind.Deadline or SynthesizedKind.Orphan)
        {
            var broken = BrokenHandoff.Of(told);
            Interlocked.Increment(ref _told);
            lock (_lock)
            {
                Remove(id);
                while (_latest.Count >= Latest)
                    MakeRoom();
                _latest.Enqueue(id);
                _byId[id] = broken;
            }
        }
    }

    /// <summary>A handoff was picked up for the first time: perhaps one of these, after its deadline. Called for every job, so that it takes no lock.</summary>
    public void PickedUp(in HandoffView handoff, double wakeUpSeconds)
    {
        var id = (handoff.TraceId, handoff.SpanId);
        if (!_byId.ContainsKey(id))
            return;
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var broken) && broken.PickedUpAt == 0)
                _byId[id] = broken with { PickedUpAt = broken.PublishedAt + (long)(wakeUpSeconds * 1e9), Attempts = 1 };
        }
    }

    /// <summary>The producer of an orphan was found.</summary>
    public void Attributed(in HandoffView orphan, TraceId producerTrace, SpanId producer)
    {
        lock (_lock)
        {
            var id = (orphan.TraceId, orphan.SpanId);
            if (_byId.TryGetValue(id, out var broken))
                _byId[id] = broken with { Linked = (producerTrace.ToString(), producer.ToString()), Match = Names.Of(Match.JobId) };
        }
    }

    /// <summary>It was no handoff of its own.</summary>
    public void Withdrawn(in HandoffView handoff)
    {
        if (!_byId.ContainsKey((handoff.TraceId, handoff.SpanId)))
            return;
        lock (_lock)
            Remove((handoff.TraceId, handoff.SpanId));
    }

    private void MakeRoom()
    {
        var id = _latest.Dequeue();
        // It may be gone, and a place left over.
        if (!_byId.TryGetValue(id, out var broken) || _older.Contains(id))
            return;
        _older.RemoveAll(older => !_byId.TryGetValue(older, out var one) || (!one.IsOpen && _byId.TryRemove(older, out _)));
        if (broken.IsOpen && _older.Count < Older)
            _older.Add(id);
        else
            _byId.TryRemove(id, out _);
    }

    private void Remove((TraceId, SpanId) id)
    {
        if (!_byId.TryRemove(id, out _))
            return;
        _older.Remove(id);
        // Told anew, or withdrawn: rare, so that the queue may be gone through.
        var kept = _latest.Where(other => other != id).ToList();
        _latest.Clear();
        kept.ForEach(_latest.Enqueue);
    }
}
