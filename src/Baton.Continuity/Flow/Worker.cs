using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Flow;

/// <summary>How the time of workers is measured.</summary>
/// <param name="WindowNanos">Length of the window.</param>
/// <param name="LagNanos">How long spans may be on their way: the window ends that long ago, as what is later is not known yet.</param>
internal readonly record struct BusyWindow(long WindowNanos, long LagNanos)
{
    private const int SlotsPerWindow = 20;
    private const int MostSlots = 200;

    /// <summary>Length of a slot: a twentieth of the window, unless export_lag is many times that.</summary>
    public long SlotNanos { get; } = Math.Max(1, Math.Max(WindowNanos / SlotsPerWindow, (WindowNanos + LagNanos) / MostSlots));

    /// <summary>Slots that are kept: as far back as the window reaches.</summary>
    public int Slots => (int)((WindowNanos + LagNanos) / SlotNanos) + 3;
}

/// <summary>
/// When one worker was busy: the union of its consumer spans. The latest stretches are kept as they are, so that spans out of order,
/// overlapping and repeated ones count once; what is older than they may arrive late is summed up in slots.
/// </summary>
internal sealed class Worker(BusyWindow window)
{
    /// <summary>Stretches that are kept as they are. With more of them within export_lag, the oldest are summed up early.</summary>
    private const int MostRecent = 32;

    private readonly List<(long Start, long End)> _recent = [];
    private readonly long[] _slots = new long[window.Slots];
    private long _slot;
    private long _summedUntil;

    /// <summary>When its last span arrived, Unix nanoseconds.</summary>
    public long UsedAt { get; private set; }

    /// <summary>Takes one consumer span.</summary>
    /// <param name="start">Its start, Unix nanoseconds.</param>
    /// <param name="end">Its end; a clock may be ahead, but what has arrived has happened.</param>
    /// <param name="arrival">When it arrived.</param>
    /// <param name="gaps">Receives the idle gaps that are known now, in nanoseconds.</param>
    public void Add(long start, long end, long arrival, List<long> gaps)
    {
        UsedAt = Math.Max(UsedAt, arrival);
        end = Math.Min(end, arrival);
        start = Math.Max(start, arrival - (window.Slots - 1) * window.SlotNanos);
        if (start < _summedUntil)
        {
            Cover(start, Math.Min(end, _summedUntil));
            start = _summedUntil;
        }
        if (start < end)
        {
            Merge(start, end);
        }
        var over = 0;
        while (over < _recent.Count && (_recent.Count - over > MostRecent || _recent[over].End < arrival - window.LagNanos))
        {
            SumUp(_recent[over++], gaps);
        }
        _recent.RemoveRange(0, over);
    }

    /// <summary>The part of the window in which it was busy, 0 to 1.</summary>
    public double BusyRatio(long now)
    {
        var to = now - window.LagNanos;
        var from = to - window.WindowNanos;
        var busy = 0.0;
        for (var slot = Math.Max(_slot - _slots.Length + 1, from / window.SlotNanos); slot <= Math.Min(_slot, to / window.SlotNanos); slot++)
        {
            var begin = slot * window.SlotNanos;
            var within = Math.Min(to, begin + window.SlotNanos) - Math.Max(from, begin);
            busy += (double)_slots[Place(slot)] * Math.Max(0, within) / window.SlotNanos;
        }
        foreach (var (start, end) in _recent)
        {
            busy += Math.Max(0, Math.Min(to, end) - Math.Max(from, start));
        }
        return Math.Clamp(busy / window.WindowNanos, 0, 1);
    }

    public void WriteTo(FlowWriter output)
    {
        output.Write(UsedAt);
        output.Write(_slot);
        output.Write(_summedUntil);
        output.Write(MemoryMarshal.AsBytes(_slots.AsSpan()));
        output.Write((long)_recent.Count);
        output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_recent)));
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote, if it was measured alike; else it begins anew.</summary>
    public void ReadFrom(ref FlowReader input, int slots, bool alike)
    {
        UsedAt = input.Long();
        _slot = input.Long();
        _summedUntil = input.Long();
        var sums = input.Bytes(slots * sizeof(long));
        var recent = input.Bytes((int)input.Long() * Unsafe.SizeOf<(long, long)>());
        if (alike)
        {
            MemoryMarshal.Cast<byte, long>(sums).CopyTo(_slots);
            _recent.AddRange(MemoryMarshal.Cast<byte, (long, long)>(recent));
        }
        else
        {
            _slot = 0;
        }
    }

    private int Place(long slot) => (int)(slot % _slots.Length);

    private void Merge(long start, long end)
    {
        var from = _recent.Count;
        while (from > 0 && _recent[from - 1].End >= start)
        {
            from--;
        }
        var to = from;
        for (; to < _recent.Count && _recent[to].Start <= end; to++)
        {
            (start, end) = (Math.Min(start, _recent[to].Start), Math.Max(end, _recent[to].End));
        }
        if (to == from)
        {
            _recent.Insert(from, (start, end));
            return;
        }
        _recent[from] = (start, end);
        _recent.RemoveRange(from + 1, to - from - 1);
    }

    private void SumUp((long Start, long End) stretch, List<long> gaps)
    {
        if (_summedUntil > 0 && stretch.Start > _summedUntil)
        {
            gaps.Add(stretch.Start - _summedUntil);
        }
        for (var slot = stretch.Start / window.SlotNanos; slot * window.SlotNanos < stretch.End; slot++)
        {
            Roll(slot);
            ref var busy = ref _slots[Place(slot)];
            busy = Math.Min(window.SlotNanos, busy + PartOf(slot, stretch.Start, stretch.End));
        }
        _summedUntil = stretch.End;
    }

    /// <summary>A span that reaches back into what is summed up: whole slots are exact; of a part, at least that much was busy.</summary>
    private void Cover(long start, long end)
    {
        for (var slot = Math.Max(start / window.SlotNanos, _slot - _slots.Length + 1); slot <= _slot && slot * window.SlotNanos < end; slot++)
        {
            ref var busy = ref _slots[Place(slot)];
            busy = Math.Max(busy, PartOf(slot, start, end));
        }
    }

    private long PartOf(long slot, long start, long end) =>
        Math.Min(end, (slot + 1) * window.SlotNanos) - Math.Max(start, slot * window.SlotNanos);

    private void Roll(long slot)
    {
        for (var next = Math.Max(_slot + 1, slot - _slots.Length + 1); next <= slot; next++)
        {
            _slots[Place(next)] = 0;
        }
        _slot = Math.Max(_slot, slot);
    }
}
