using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Flow;

/// <summary>
/// What flows through one channel: how many handoffs wait, how that number changed over the window, and how many were picked up in it.
/// The window moves in slots of a twelfth.
/// </summary>
internal sealed class ChannelFlow
{
    /// <summary>Slots of a window.</summary>
    public const int Slots = 12;
    private const int Kept = Slots + 1;

    /// <summary>How many pick-ups by another service it takes before it counts as the usual one.</summary>
    private const int MostWeight = 20;

    private readonly int[] _backlogs = new int[Kept];
    private readonly int[] _pickUps = new int[Kept];
    private Fixed _fixed;

    /// <summary>Armed handoffs that were published and not picked up, and of which nothing was told.</summary>
    public int Backlog { get; private set; }

    /// <summary>When it last changed, Unix nanoseconds.</summary>
    public long UsedAt => _fixed.UsedAt;

    /// <summary>When the last pick-up arrived, Unix nanoseconds; 0 for none.</summary>
    public long PickedUpAt => _fixed.PickedUpAt;

    /// <summary>Of the handoffs that were picked up, when the one was published that was published last.</summary>
    public long LatestPickedUp => _fixed.LatestPickedUp;

    /// <summary>The resource that usually picks up here; 0 if none has.</summary>
    public ulong Worker => _fixed.Worker;

    /// <summary>The name of the destination in the words of whoever picks up, hashed: brokers let both sides use different ones.</summary>
    public ulong WorkerDestination => _fixed.WorkerDestination;

    /// <summary>By how much the backlog grew over the window.</summary>
    public int Growth(long now, long slotNanos)
    {
        Roll(now, slotNanos);
        return Backlog - BacklogBefore(now, slotNanos);
    }

    /// <summary>The backlog at the beginning of the window.</summary>
    public int BacklogBefore(long now, long slotNanos)
    {
        Roll(now, slotNanos);
        return _backlogs[Place(_fixed.Slot - Slots)];
    }

    /// <summary>Handoffs picked up within the window.</summary>
    public int PickUps(long now, long slotNanos)
    {
        Roll(now, slotNanos);
        var sum = 0;
        for (var slot = _fixed.Slot - Slots + 1; slot <= _fixed.Slot; slot++)
        {
            sum += _pickUps[Place(slot)];
        }
        return sum;
    }

    /// <summary>So many more wait, or fewer.</summary>
    public void Wait(int change, long now, long slotNanos)
    {
        Roll(now, slotNanos);
        // A channel that was forgotten for want of room begins at 0, whatever waited.
        Backlog = Math.Max(0, Backlog + change);
        _fixed.UsedAt = Math.Max(_fixed.UsedAt, now);
    }

    /// <summary>A handoff was picked up for the first time.</summary>
    public void PickUp(in FlowSign sign, long now, long slotNanos)
    {
        Roll(now, slotNanos);
        _pickUps[Place(_fixed.Slot)]++;
        _fixed.UsedAt = Math.Max(_fixed.UsedAt, now);
        _fixed.PickedUpAt = Math.Max(_fixed.PickedUpAt, sign.At);
        _fixed.LatestPickedUp = Math.Max(_fixed.LatestPickedUp, sign.Published);
        if (sign.Worker == _fixed.Worker && sign.Destination == _fixed.WorkerDestination)
        {
            _fixed.Weight = Math.Min(MostWeight, _fixed.Weight + 1);
        }
        else if (--_fixed.Weight <= 0)
        {
            (_fixed.Worker, _fixed.WorkerDestination, _fixed.Weight) = (sign.Worker, sign.Destination, 1);
        }
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_fixed]));
        output.Write(MemoryMarshal.AsBytes(_backlogs.AsSpan()));
        output.Write(MemoryMarshal.AsBytes(_pickUps.AsSpan()));
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote. The backlog itself is counted anew from the store.</summary>
    public void ReadFrom(ref ReadOnlySpan<byte> input, bool sameSlots)
    {
        _fixed = MemoryMarshal.Read<Fixed>(input);
        input = input[Unsafe.SizeOf<Fixed>()..];
        foreach (var slots in new[] { _backlogs, _pickUps })
        {
            MemoryMarshal.Cast<byte, int>(input[..(Kept * sizeof(int))]).CopyTo(slots);
            input = input[(Kept * sizeof(int))..];
        }
        if (!sameSlots)
        {
            _fixed.Slot = 0;
        }
    }

    private static int Place(long slot) => (int)((slot % Kept + Kept) % Kept);

    /// <summary>The slots that have begun since begin with the backlog of now.</summary>
    private void Roll(long now, long slotNanos)
    {
        var slot = now / slotNanos;
        if (slot <= _fixed.Slot)
        {
            return;
        }
        for (var next = Math.Max(_fixed.Slot + 1, slot - Slots); next <= slot; next++)
        {
            _backlogs[Place(next)] = Backlog;
            _pickUps[Place(next)] = 0;
        }
        _fixed.Slot = slot;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fixed
    {
        public long Slot;
        public long UsedAt;
        public long PickedUpAt;
        public long LatestPickedUp;
        public ulong Worker;
        public ulong WorkerDestination;
        public int Weight;
    }
}
