using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// A hierarchical timing wheel over traces: add, move and cancel in O(1), 40 bytes each. An entry only wakes; the state decides.
/// Time runs in slices: all entries of a slice are handed out together, in order of (time, trace), once the slice is over,
/// so that what happens does not depend on how often somebody looks at the clock.
/// </summary>
/// <remarks>
/// Four levels of 256 slots. A slot is a ring of nodes around a sentinel (node index = level × 256 + slot), so that a node leaves
/// its ring without knowing which it is. An entry that is due in slice s lies on level 0 when s is less than 256 slices ahead,
/// else on the level whose span holds it, and sinks one level whenever the hand below comes round.
/// Handles are kept in stored state, and a restart makes them stale: a handle counts only while its node holds the same trace.
/// </remarks>
internal sealed class TimingWheel
{
    /// <summary>Length of a slice in nanoseconds: 50 ms. Deadlines are seconds to hours; a finer slice would only wake more often.</summary>
    public const long SliceNanos = 50_000_000;

    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const int Levels = 4;
    private const int Sentinels = Levels * Slots;

    private Node[] _nodes = new Node[Sentinels + 1024];
    private int _free = -1;
    private int _used = Sentinels;
    private long _hand;

    public TimingWheel()
    {
        for (var i = 0; i < Sentinels; i++)
        {
            _nodes[i].Next = _nodes[i].Previous = i;
        }
    }

    /// <summary>Entries in the wheel.</summary>
    public int Count { get; private set; }

    /// <summary>Sets the hand of an empty wheel: time has run until then.</summary>
    public void StartAt(long now) => _hand = Math.Max(_hand, now / SliceNanos);

    /// <summary>Sets when a trace wakes next.</summary>
    /// <param name="handle">What the trace's last call returned, or -1.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="due">Unix nanoseconds; the past means the next slice.</param>
    /// <returns>The handle for the next call.</returns>
    public int Schedule(int handle, TraceId trace, long due)
    {
        if (!Holds(handle, trace))
        {
            handle = Allocate();
            _nodes[handle].Trace = trace;
            Count++;
        }
        else if (_nodes[handle].Due == due)
        {
            return handle;
        }
        else
        {
            Unlink(handle);
        }
        _nodes[handle].Due = due;
        Link(handle);
        return handle;
    }

    /// <summary>Sets when a trace wakes next, unless it wakes before that anyway.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    /// <param name="due">As for <see cref="Schedule"/>.</param>
    public int ScheduleBy(int handle, TraceId trace, long due) =>
        Holds(handle, trace) && _nodes[handle].Due <= due ? handle : Schedule(handle, trace, due);

    /// <summary>Takes a trace out of the wheel; nothing happens if it is not there.</summary>
    /// <param name="handle">What the trace's last call returned.</param>
    /// <param name="trace">The trace.</param>
    public void Cancel(int handle, TraceId trace)
    {
        if (Holds(handle, trace))
        {
            Unlink(handle);
            Release(handle);
        }
    }

    /// <summary>Moves the hand by one slice that has entries, or as far as the slices are over.</summary>
    /// <param name="now">Unix nanoseconds.</param>
    /// <param name="wakes">Receives the slice's entries, which leave the wheel; cleared first.</param>
    /// <returns>False when there is nothing more that is due.</returns>
    public bool NextSlice(long now, List<Wake> wakes)
    {
        wakes.Clear();
        var last = now / SliceNanos;
        if (Count == 0)
        {
            _hand = Math.Max(_hand, last);
            return false;
        }
        while (_hand < last)
        {
            _hand++;
            for (var level = 1; level < Levels && (_hand & ((1L << (SlotBits * level)) - 1)) == 0; level++)
            {
                Sink(level);
            }
            Take((int)(_hand & (Slots - 1)), wakes);
            if (wakes.Count > 0)
            {
                wakes.Sort(Wake.InOrder);
                return true;
            }
        }
        return false;
    }

    private static long SliceOf(long due) => due / SliceNanos + (due % SliceNanos > 0 ? 1 : 0);

    private bool Holds(int handle, TraceId trace) =>
        handle >= Sentinels && handle < _used && _nodes[handle].Previous >= 0 && _nodes[handle].Trace == trace;

    private void Link(int node)
    {
        var slice = Math.Max(SliceOf(_nodes[node].Due), _hand + 1);
        var ahead = slice - _hand;
        var level = 0;
        while (level < Levels - 1 && ahead >= 1L << (SlotBits * (level + 1)))
        {
            level++;
        }
        // Beyond the highest level's span: its last slot, from where it is linked anew when the hand gets there.
        slice = Math.Min(slice, _hand + (1L << (SlotBits * Levels)) - (1L << (SlotBits * (Levels - 1))));
        var sentinel = level * Slots + (int)((slice >> (SlotBits * level)) & (Slots - 1));
        var last = _nodes[sentinel].Previous;
        _nodes[node].Previous = last;
        _nodes[node].Next = sentinel;
        _nodes[last].Next = node;
        _nodes[sentinel].Previous = node;
    }

    private void Unlink(int node)
    {
        _nodes[_nodes[node].Previous].Next = _nodes[node].Next;
        _nodes[_nodes[node].Next].Previous = _nodes[node].Previous;
    }

    private void Sink(int level)
    {
        var sentinel = level * Slots + (int)((_hand >> (SlotBits * level)) & (Slots - 1));
        var node = _nodes[sentinel].Next;
        _nodes[sentinel].Next = _nodes[sentinel].Previous = sentinel;
        while (node != sentinel)
        {
            var next = _nodes[node].Next;
            if (SliceOf(_nodes[node].Due) <= _hand)
            {
                LinkNow(node);
            }
            else
            {
                Link(node);
            }
            node = next;
        }
    }

    /// <summary>Links an entry into the slot that the hand is on: it is taken in this very step.</summary>
    private void LinkNow(int node)
    {
        var sentinel = (int)(_hand & (Slots - 1));
        var last = _nodes[sentinel].Previous;
        _nodes[node].Previous = last;
        _nodes[node].Next = sentinel;
        _nodes[last].Next = node;
        _nodes[sentinel].Previous = node;
    }

    private void Take(int sentinel, List<Wake> wakes)
    {
        var node = _nodes[sentinel].Next;
        _nodes[sentinel].Next = _nodes[sentinel].Previous = sentinel;
        while (node != sentinel)
        {
            var next = _nodes[node].Next;
            wakes.Add(new Wake(_nodes[node].Due, _nodes[node].Trace));
            Release(node);
            node = next;
        }
    }

    private int Allocate()
    {
        if (_free >= 0)
        {
            var node = _free;
            _free = _nodes[node].Next;
            return node;
        }
        if (_used == _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
        }
        return _used++;
    }

    private void Release(int node)
    {
        _nodes[node].Previous = -1;
        _nodes[node].Next = _free;
        _free = node;
        Count--;
    }

    private struct Node
    {
        public int Previous;
        public int Next;
        public long Due;
        public TraceId Trace;
    }
}

/// <summary>A trace that is due.</summary>
/// <param name="Due">When, Unix nanoseconds.</param>
/// <param name="Trace">The trace.</param>
internal readonly record struct Wake(long Due, TraceId Trace)
{
    public static readonly Comparison<Wake> InOrder = static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due)
        : a.Trace.High != b.Trace.High ? a.Trace.High.CompareTo(b.Trace.High)
        : a.Trace.Low.CompareTo(b.Trace.Low);
}
