using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>How entries lie in the rings of their slots.</summary>
internal sealed partial class TimingWheel
{
    private static long SliceOf(long due) => due / SliceNanos + (due % SliceNanos > 0 ? 1 : 0);

    private bool IsRingEmpty(int sentinel) => At(sentinel).Next == sentinel;

    /// <summary>Whether an entry is this trace's.</summary>
    public bool Holds(int handle, TraceId trace) =>
        handle >= Sentinels && handle < _used && At(handle).Previous >= 0 && At(handle).Trace == trace;

    private void Link(int node)
    {
        var slice = Math.Max(SliceOf(At(node).Due), _hand + 1);
        var ahead = slice - _hand;
        var level = 0;
        while (level < Levels - 1 && ahead >= 1L << (SlotBits * (level + 1)))
        {
            level++;
        }
        // Beyond the highest level's span: its last slot, from where it is linked anew when the hand gets there.
        slice = Math.Min(slice, _hand + (1L << (SlotBits * Levels)) - (1L << (SlotBits * (Levels - 1))));
        var sentinel = level * Slots + (int)((slice >> (SlotBits * level)) & (Slots - 1));
        var last = At(sentinel).Previous;
        At(node).Previous = last;
        At(node).Next = sentinel;
        At(last).Next = node;
        At(sentinel).Previous = node;
    }

    private void Unlink(int node)
    {
        At(At(node).Previous).Next = At(node).Next;
        At(At(node).Next).Previous = At(node).Previous;
    }

    private void Sink(int level)
    {
        var sentinel = level * Slots + (int)((_hand >> (SlotBits * level)) & (Slots - 1));
        var node = At(sentinel).Next;
        At(sentinel).Next = At(sentinel).Previous = sentinel;
        while (node != sentinel)
        {
            var next = At(node).Next;
            if (SliceOf(At(node).Due) <= _hand)
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
        var last = At(sentinel).Previous;
        At(node).Previous = last;
        At(node).Next = sentinel;
        At(last).Next = node;
        At(sentinel).Previous = node;
    }

    private void Take(int sentinel, List<Wake> wakes)
    {
        var node = At(sentinel).Next;
        At(sentinel).Next = At(sentinel).Previous = sentinel;
        while (node != sentinel)
        {
            ref var taken = ref At(node);
            var next = taken.Next;
            wakes.Add(new Wake(taken.Due, taken.Trace, node, taken.OnlyTells && taken.Oldest < long.MaxValue));
            PutAside(node, Never);
            node = next;
        }
    }

    /// <summary>A new entry of a trace; the caller links it.</summary>
    private int Add(TraceId trace)
    {
        var node = _free;
        if (node >= 0)
        {
            _free = At(node).Next;
        }
        else
        {
            MakeRoom();
            node = _used++;
        }
        At(node).Trace = trace;
        At(node).Oldest = long.MaxValue;
        Count++;
        return node;
    }

    private void Remove(int node)
    {
        At(node).Previous = -1;
        At(node).Next = _free;
        _free = node;
        Count--;
    }

    private struct Node
    {
        public int Previous;
        public int Next;

        // The sign, which no time has, says that it only tells.
        private long _due;

        /// <summary>When its oldest open handoff was published, Unix nanoseconds; long.MaxValue for none.</summary>
        public long Oldest;
        public TraceId Trace;

        public readonly long Due => _due & long.MaxValue;

        public readonly bool OnlyTells => _due < 0;

        public void SetDue(long due, bool onlyTells) => _due = Math.Max(0, due) | (onlyTells ? long.MinValue : 0);
    }
}
