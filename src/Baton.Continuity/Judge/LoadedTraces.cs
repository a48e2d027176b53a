using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// The traces of a shard that lie unpacked in memory, in front of its store. A trace that changes in one epoch changes again in one of the
/// next, more often than not: it is written when it leaves, least recently used first, or before a checkpoint. One that was opened and
/// forgotten meanwhile is never written. Nothing that is decided depends on what lies here.
/// </summary>
internal sealed class LoadedTraces(IStateStore store, int capacity, long maxBytes)
{
    /// <summary>Emptied ones that wait to be used again: as many as a shard takes in hand at once of those that wake together.</summary>
    private const int MostSpare = 4096;

    /// <summary>Those that grew beyond this are not used again: their lists would stay large.</summary>
    private const int LargestSpareBytes = 4096;

    private readonly TraceTable _traces = new();
    private readonly Stack<TraceState> _spare = [];
    private readonly StateBatch _wanted = new();
    private readonly List<TraceState> _fetched = [];
    private readonly StateBatch _leaving = new();
    private readonly TraceCodec _codec = new();
    private readonly TracesByUse _byUse = new();
    private long _bytes;
    private long _unstored;

    /// <summary>Traces of which something is known, here or in the store.</summary>
    public long Count => store.Count + _unstored;

    /// <summary>The traces that are in the hands of the running epoch: they stay.</summary>
    public List<TraceState> InUse { get; } = [];

    /// <summary>Notes that a trace will be needed; <see cref="Load"/> fetches those that are not here.</summary>
    /// <returns>The trace, known after <see cref="Load"/>.</returns>
    public TraceState Want(TraceId traceId)
    {
        if (_traces.Find(traceId) is { } known)
        {
            return known;
        }
        var trace = _spare.Count > 0 ? _spare.Pop() : new TraceState();
        trace.Reset(traceId);
        _traces.Add(trace);
        _fetched.Add(trace);
        _wanted.Append(KeyOf(traceId));
        return trace;
    }

    /// <summary>Fetches what is wanted.</summary>
    public void Load()
    {
        if (_fetched.Count == 0)
        {
            return;
        }
        store.Load(_wanted);
        for (var slot = 0; slot < _fetched.Count; slot++)
        {
            var value = _wanted.ValueOf(slot);
            var trace = _fetched[slot];
            if (!value.IsEmpty)
            {
                TraceCodec.Decode(value, trace);
                trace.SetPacked();
            }
            trace.Residence.StoredLength = value.Length;
            trace.Residence.Bytes = trace.MemoryBytes;
            _bytes += trace.Residence.Bytes;
            _byUse.Add(trace);
        }
        _fetched.Clear();
        _wanted.Clear();
    }

    /// <summary>Takes a trace that was loaded into the hands of the running epoch.</summary>
    public TraceState Use(TraceState trace)
    {
        if (!trace.Residence.InUse)
        {
            trace.Residence.InUse = true;
            InUse.Add(trace);
            _byUse.Touch(trace);
        }
        return trace;
    }

    /// <summary>Gives a trace back, and says whether it was changed. The caller takes it out of <see cref="InUse"/>.</summary>
    public void Return(TraceState trace, bool changed)
    {
        ref var residence = ref trace.Residence;
        residence.InUse = false;
        residence.IsDirty |= changed;
        if (!trace.IsEmpty)
        {
            if (trace.IsLoose)
            {
                Repack(trace);
            }
            Measure(trace);
            return;
        }
        if (residence.StoredLength > 0)
        {
            _leaving.Add(KeyOf(trace.TraceId), residence.StoredLength, default);
        }
        Remove(trace);
    }

    /// <summary>Lets go what is too much, and stores it.</summary>
    public void Trim()
    {
        while ((_traces.Count > capacity || _bytes > maxBytes) && _byUse.Oldest is { Residence.InUse: false } oldest)
        {
            Write(oldest);
            Remove(oldest);
        }
        StoreLeaving();
    }

    /// <summary>Stores all that the store does not have yet.</summary>
    public void Flush()
    {
        for (var trace = _byUse.Oldest; trace is not null; trace = trace.Residence.Newer)
        {
            Write(trace);
        }
        StoreLeaving();
    }

    private static StateKey KeyOf(TraceId trace) => new(trace.High, trace.Low);

    private void Write(TraceState trace)
    {
        if (trace.Residence.IsDirty)
        {
            var value = _codec.Encode(trace);
            _leaving.Add(KeyOf(trace.TraceId), trace.Residence.StoredLength, value);
            _unstored -= trace.Residence.IsUnstored ? 1 : 0;
            (trace.Residence.StoredLength, trace.Residence.IsDirty, trace.Residence.IsUnstored) = (value.Length, false, false);
        }
    }

    /// <summary>Lets go of the bytes of what is forgotten: a trace that lives long in memory would gather them.</summary>
    private void Repack(TraceState trace)
    {
        var value = _codec.Encode(trace);
        trace.Reset(trace.TraceId);
        TraceCodec.Decode(value, trace);
        trace.SetPacked();
    }

    private void StoreLeaving()
    {
        if (_leaving.Count > 0)
        {
            store.Commit(_leaving);
            _leaving.Clear();
        }
    }

    /// <summary>Notes how large a trace has become, and whether only this place knows of it.</summary>
    private void Measure(TraceState trace)
    {
        ref var residence = ref trace.Residence;
        _bytes += trace.MemoryBytes - residence.Bytes;
        residence.Bytes = trace.MemoryBytes;
        if (residence.StoredLength == 0 && !residence.IsUnstored)
        {
            residence.IsUnstored = true;
            _unstored++;
        }
    }

    private void Remove(TraceState trace)
    {
        _byUse.Remove(trace);
        _traces.Remove(trace);
        _bytes -= trace.Residence.Bytes;
        _unstored -= trace.Residence.IsUnstored ? 1 : 0;
        trace.Residence = default;
        if (_spare.Count < MostSpare && trace.MemoryBytes <= LargestSpareBytes)
        {
            _spare.Push(trace);
        }
    }
}
