using System.Security.Cryptography;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// Unpacked traces by their ids. A trace comes and goes with nearly every span of a job, and a general dictionary fetches three places from memory for each: here all is in one array of hashes and
/// references, which the processor's caches hold.
/// </summary>
/// <remarks>Open addressing: an entry stands at the place of its hash or behind it, with no gap between; at most half of the places are taken.</remarks>
internal sealed class TraceTable
{
    // Ids come from outside, and chosen ones must not gather at one place.
    private static readonly ulong HighSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong LowSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private Entry[] _entries = new Entry[64];

    public int Count { get; private set; }

    /// <summary>The trace of an id; null if it is not here.</summary>
    public TraceState? Find(TraceId id)
    {
        var hash = HashOf(id);
        for (var place = hash & (_entries.Length - 1); _entries[place].Trace is { } trace; place = Next(place))
        {
            if (_entries[place].Hash == hash && trace.TraceId == id)
            {
                return trace;
            }
        }
        return null;
    }

    /// <summary>Adds a trace that is not here.</summary>
    public void Add(TraceState trace)
    {
        if (++Count > _entries.Length / 2)
        {
            Grow();
        }
        Put(new Entry(HashOf(trace.TraceId), trace));
    }

    /// <summary>Removes a trace that is here.</summary>
    public void Remove(TraceState trace)
    {
        var gap = HashOf(trace.TraceId) & (_entries.Length - 1);
        while (_entries[gap].Trace != trace)
        {
            gap = Next(gap);
        }
        // Those behind it move up that would not be found over the gap.
        for (var place = Next(gap); _entries[place].Trace is not null; place = Next(place))
        {
            if (Distance(_entries[place].Hash, place) >= Distance(gap, place))
            {
                _entries[gap] = _entries[place];
                gap = place;
            }
        }
        _entries[gap] = default;
        Count--;
    }

    private void Put(in Entry entry)
    {
        var place = entry.Hash & (_entries.Length - 1);
        while (_entries[place].Trace is not null)
        {
            place = Next(place);
        }
        _entries[place] = entry;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (ref readonly var entry in old.AsSpan())
        {
            if (entry.Trace is not null)
            {
                Put(entry);
            }
        }
    }

    private int Next(int place) => (place + 1) & (_entries.Length - 1);

    /// <summary>How many places it is from one to another behind it, round the end.</summary>
    private int Distance(int from, int to) => (to - from) & (_entries.Length - 1);

    // Both halves of a 128-bit product depend on every bit of the id.
    private static int HashOf(TraceId id) => (int)(Math.BigMul(id.High ^ HighSeed, id.Low ^ LowSeed, out var low) ^ low);

    private readonly record struct Entry(int Hash, TraceState? Trace);
}
