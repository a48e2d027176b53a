using System.Runtime.InteropServices;

namespace Baton.Continuity.Judge;

/// <summary>
/// The bound on what is open at once. It is a part of the fold: looked at when an epoch ends, in a replay too, and what goes is the same for
/// any number of shards. Far from the bound it costs one comparison.
/// </summary>
internal sealed partial class Rounds
{
    /// <summary>State that is full gives up a sixteenth more than it must, since looking for the oldest walks over all.</summary>
    private const int EvictedPart = 16;

    /// <summary>But not more than this, and so many in one go: nothing else is judged meanwhile.</summary>
    private const int MostAtOnce = 65_536;

    private readonly List<TraceAge> _ages = [];
    private readonly List<OpenHandoff> _oldestOpen = [];

    /// <summary>Gives up the handoffs that were published first, if more are open than may be.</summary>
    public void KeepWithin(long most)
    {
        var open = 0L;
        foreach (var shard in _shards)
        {
            open += shard.Context.Open.Total;
        }
        if (open <= most)
        {
            return;
        }
        for (var left = open - most + Math.Min(most / EvictedPart, MostAtOnce); left > 0; left -= MostAtOnce)
        {
            if (FindLast((int)Math.Min(left, MostAtOnce)) is not { } last)
            {
                return;
            }
            _runShards(_shards.Length, i => _shards[i].EvictOpen(last, shared.Now));
            SettleAt(shared.Now);
        }
    }

    /// <summary>
    /// Of the open handoffs that were published first, the last. So many traces as handoffs hold them all: each holds at least one that is as
    /// old as the trace.
    /// </summary>
    private OpenHandoff? FindLast(int count)
    {
        do
        {
            _runShards(_shards.Length, i => _shards[i].FindOldest(count));
            LeaveOldest(count);
            _runShards(_shards.Length, i => _shards[i].FindOldestOpen(count));
        }
        while (!_shards.All(shard => shard.AgesAreRight));
        _oldestOpen.Clear();
        foreach (var shard in _shards)
        {
            _oldestOpen.AddRange(shard.OldestOpen);
        }
        _oldestOpen.Sort(OpenHandoff.InOrder);
        return _oldestOpen.Count == 0 ? null : _oldestOpen[Math.Min(count, _oldestOpen.Count) - 1];
    }

    /// <summary>Of what the shards have found, each for itself, leaves the oldest of all.</summary>
    private void LeaveOldest(int count)
    {
        _ages.Clear();
        foreach (var shard in _shards)
        {
            _ages.AddRange(shard.Oldest);
        }
        if (_ages.Count <= count)
        {
            return;
        }
        _ages.Sort(TraceAge.InOrder);
        var last = _ages[count - 1];
        foreach (var shard in _shards)
        {
            var kept = CollectionsMarshal.AsSpan(shard.Oldest).BinarySearch(last, TraceAge.InOrder);
            CollectionsMarshal.SetCount(shard.Oldest, kept >= 0 ? kept + 1 : ~kept);
        }
    }
}
