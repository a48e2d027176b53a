using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Flow;

/// <summary>A handoff was picked up for the first time.</summary>
/// <param name="Channel">Where it was published.</param>
/// <param name="At">When the pick-up arrived, Unix nanoseconds.</param>
/// <param name="Published">When the handoff was published.</param>
/// <param name="Worker">The resource that picked it up.</param>
/// <param name="Destination">The name of the destination in its words, hashed.</param>
internal readonly record struct FlowSign(ChannelId Channel, long At, long Published, ulong Worker, ulong Destination) : IComparable<FlowSign>
{
    public int CompareTo(FlowSign other)
    {
        var order = At.CompareTo(other.At);
        order = order != 0 ? order : Published.CompareTo(other.Published);
        order = order != 0 ? order : Worker.CompareTo(other.Worker);
        return order != 0 ? order : Destination.CompareTo(other.Destination);
    }
}

/// <summary>
/// What flows through each channel. Changed between rounds only, in an order that does not depend on shards. Backlogs are counted anew from
/// the store at a start; the rest is part of the checkpoint.
/// </summary>
/// <param name="capacity">Channels that are remembered; of those used least recently a tenth goes at once.</param>
/// <param name="windowNanos">The window over which growth is measured.</param>
internal sealed class ChannelFlows(int capacity, long windowNanos)
{
    private const long SweepNanos = 60L * 1_000_000_000;
    private const long KeptNanos = 24L * 3600 * 1_000_000_000;

    private static readonly ChannelFlow Unknown = new();

    private readonly Dictionary<ChannelId, ChannelFlow> _channels = [];
    private readonly long _slotNanos = Math.Max(1, windowNanos / ChannelFlow.Slots);
    private long _swept;

    /// <summary>The channels of which something flowed.</summary>
    public IEnumerable<KeyValuePair<ChannelId, ChannelFlow>> All => _channels;

    /// <summary>Length of a slot.</summary>
    public long SlotNanos => _slotNanos;

    /// <summary>What flows through a channel; not to be changed by the caller.</summary>
    public ChannelFlow Of(ChannelId channel) => _channels.GetValueOrDefault(channel, Unknown);

    /// <summary>Counts what one round brought.</summary>
    /// <param name="now">The time that the round stands for.</param>
    /// <param name="changes">By how much backlogs changed.</param>
    /// <param name="signs">What was picked up, in any order.</param>
    public void Count(long now, Dictionary<ChannelId, int> changes, List<FlowSign> signs)
    {
        foreach (var (channel, change) in changes.Count > 1 ? changes.OrderBy(c => c.Key.Destination).ThenBy(c => c.Key.Relay) : changes.AsEnumerable())
        {
            if (change != 0)
            {
                Find(channel).Wait(change, now, _slotNanos);
            }
        }
        signs.Sort();
        foreach (var sign in signs)
        {
            Find(sign.Channel).PickUp(sign, now, _slotNanos);
        }
        Sweep(now);
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_slotNanos, _swept, _channels.Count]));
        foreach (var (id, channel) in _channels)
        {
            output.Write(MemoryMarshal.AsBytes([id]));
            channel.WriteTo(output);
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        var head = MemoryMarshal.Cast<byte, long>(input[..(3 * sizeof(long))]);
        var (sameSlots, count) = (head[0] == _slotNanos, head[2]);
        _swept = head[1];
        input = input[(3 * sizeof(long))..];
        for (; count > 0; count--)
        {
            var id = MemoryMarshal.Read<ChannelId>(input);
            input = input[Unsafe.SizeOf<ChannelId>()..];
            (_channels[id] = new ChannelFlow()).ReadFrom(ref input, sameSlots);
        }
    }

    private ChannelFlow Find(ChannelId id)
    {
        if (!_channels.TryGetValue(id, out var channel))
        {
            if (_channels.Count >= capacity)
            {
                Remove(_channels.OrderBy(c => (c.Value.UsedAt, c.Key.Destination, c.Key.Relay)).Take(Math.Max(1, capacity / 10)));
            }
            _channels.Add(id, channel = new ChannelFlow());
        }
        return channel;
    }

    /// <summary>Temporary queues come and go: those that have been still for a day, and hold nothing, are forgotten.</summary>
    private void Sweep(long now)
    {
        if (now - _swept >= SweepNanos)
        {
            _swept = now;
            Remove(_channels.Where(c => c.Value.Backlog == 0 && now - c.Value.UsedAt > KeptNanos));
        }
    }

    private void Remove(IEnumerable<KeyValuePair<ChannelId, ChannelFlow>> channels)
    {
        foreach (var (id, _) in channels.ToList())
        {
            _channels.Remove(id);
        }
    }
}
