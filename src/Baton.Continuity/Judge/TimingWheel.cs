using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// A hierarchical timing wheel over traces: add, move and cancel in O(1), 40 bytes each. An entry only wakes; the state decides.
/// Time runs in slices: all entries of a slice are handed out together once the slice is over, so that what happens does not depend on how often somebody looks at the clock.
/// TimingWheel.Rings.cs: how entries are linked. TimingWheel.Chunks.cs: where they lie. TimingWheel.Parked.cs: entries that wake at no time.
/// TimingWheel.Restoring.cs: what a restart finds again. TimingWheel.Oldest.cs: which traces have had something open for longest.
/// </summary>
/// <remarks>
/// Four levels of 256 slots. A slot is a ring of nodes around a sentinel (node index = level × 256 + slot), so that a node leaves
/// its ring without knowing which it is. An entry that is due in slice s lies on level 0 when s is less than 256 slices ahead,
/// else on the level whose span holds it, and sinks one level whenever the hand below comes round.
/// Handles are kept in stored state, and entries get their places back at a restart. A handle counts only while its node holds the same trace.
/// </remarks>
internal sealed partial class TimingWheel
{
    /// <summary>Length of a slice in nanoseconds: 50 ms. Deadlines are seconds to hours; a finer slice would only wake more often.</summary>
    public const long SliceNanos = 50_000_000;

    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const int Levels = 4;
    private const int Sentinels = Levels * Slots;

    private int _free = -1;
    private int _used = Sentinels;
    private long _hand;

    public TimingWheel()
    {
        _chunks.Add(new Node[FirstChunk]);
        for (var i = 0; i < Sentinels; i++)
        {
            At(i).Next = At(i).Previous = i;
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
    /// <param name="onlyTells">Whether nothing is to be done then but to tell a deadline (<see cref="Wake.OnlyTells"/>).</param>
    /// <returns>The handle for the next call.</returns>
    public int Schedule(int handle, TraceId trace, long due, bool onlyTells = false)
    {
        if (!Holds(handle, trace))
        {
            handle = Add(trace);
        }
        else if (At(handle).Due == due)
        {
            At(handle).SetDue(due, onlyTells);
            return handle;
        }
        else
        {
            Unlink(handle);
        }
        At(handle).SetDue(due, onlyTells);
        Link(handle);
        return handle;
    }

    /// <summary>Sets when a trace wakes next, unless it wakes before that anyway.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    /// <param name="due">As for <see cref="Schedule"/>.</param>
    public int ScheduleBy(int handle, TraceId trace, long due) =>
        Schedule(handle, trace, Holds(handle, trace) ? Math.Min(due, At(handle).Due) : due);

    /// <summary>Takes a trace out of the wheel; nothing happens if it is not there.</summary>
    /// <param name="handle">What the trace's last call returned.</param>
    /// <param name="trace">The trace.</param>
    public void Cancel(int handle, TraceId trace)
    {
        if (Holds(handle, trace))
        {
            Unlink(handle);
            Remove(handle);
        }
    }

    /// <summary>
    /// Where the hand must stop next, so that it passes over no entry: at the next slice that has some, or at one from which what lies on
    /// higher levels must sink first.
    /// </summary>
    /// <param name="last">How far is of interest, a slice's number.</param>
    /// <returns>The slice's number; long.MaxValue if the hand may go to <paramref name="last"/> at once.</returns>
    public long NextStop(long last)
    {
        var stop = long.MaxValue;
        for (var slice = _hand + 1; slice <= last && slice < _hand + Slots; slice++)
        {
            if (!IsRingEmpty((int)(slice & (Slots - 1))))
            {
                stop = slice;
                break;
            }
        }
        for (var level = 1; level < Levels; level++)
        {
            var step = 1L << (SlotBits * level);
            var slice = (_hand & -step) + step;
            for (var i = 0; i < Slots && slice <= last && slice < stop; i++, slice += step)
            {
                if (!IsRingEmpty(level * Slots + (int)((slice >> (SlotBits * level)) & (Slots - 1))))
                {
                    stop = slice;
                }
            }
        }
        return stop;
    }

    /// <summary>Moves the hand to a slice, at most to <see cref="NextStop"/>.</summary>
    /// <param name="slice">Its number.</param>
    /// <param name="wakes">Receives the slice's entries, in no order; cleared first. They stay in the wheel, parked: who is woken says what becomes of them.</param>
    public void MoveTo(long slice, List<Wake> wakes)
    {
        wakes.Clear();
        if (slice <= _hand)
        {
            return;
        }
        _hand = slice;
        for (var level = 1; level < Levels && (_hand & ((1L << (SlotBits * level)) - 1)) == 0; level++)
        {
            Sink(level);
        }
        Take((int)(_hand & (Slots - 1)), wakes);
    }
}

/// <summary>A trace that is due.</summary>
/// <param name="Due">When, Unix nanoseconds.</param>
/// <param name="Trace">The trace.</param>
/// <param name="Entry">Its entry in the wheel; -1 for none.</param>
/// <param name="OnlyTells">
/// When this was scheduled, a deadline was all that it was for, and one that would be told. Unless sight was lost since, nothing else comes of
/// it: while nothing may be told, it need not be looked at (<see cref="TimingWheel.TryHold"/>).
/// </param>
internal readonly record struct Wake(long Due, TraceId Trace, int Entry = -1, bool OnlyTells = false) : IComparable<Wake>
{
    // A mass of wake-ups is sorted by this, and a comparison that the sort calls by name takes half the time of one that is handed to it.
    public int CompareTo(Wake other) =>
        Due != other.Due ? Due.CompareTo(other.Due)
        : Trace.High != other.Trace.High ? Trace.High.CompareTo(other.Trace.High)
        : Trace.Low.CompareTo(other.Trace.Low);
}
