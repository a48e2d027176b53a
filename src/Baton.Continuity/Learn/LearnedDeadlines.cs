using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Learn;

/// <summary>What a completed job took.</summary>
/// <param name="Channel">Where it was published.</param>
/// <param name="Nanos">Its full-link time.</param>
/// <param name="At">When its completion arrived, Unix nanoseconds: the order in which they count.</param>
internal readonly record struct FullLinkTime(ChannelId Channel, long Nanos, long At) : IComparable<FullLinkTime>
{
    public int CompareTo(FullLinkTime other)
    {
        var order = At.CompareTo(other.At);
        order = order != 0 ? order : Channel.Destination.CompareTo(other.Channel.Destination);
        order = order != 0 ? order : Channel.Relay.CompareTo(other.Channel.Relay);
        return order != 0 ? order : Nanos.CompareTo(other.Nanos);
    }
}

/// <summary>
/// The deadlines of channels whose relays learn them. Changed between rounds only, by all shards' jobs in one order, so that a handoff gets
/// the deadline of the epoch before its own, whatever the number of shards.
/// </summary>
/// <param name="capacity">How many channels are remembered; the one that was told of a job longest ago goes first.</param>
internal sealed class LearnedDeadlines(int capacity)
{
    private readonly Dictionary<ChannelId, LearnedChannel> _channels = [];
    private readonly HashSet<ChannelId> _changed = [];
    private readonly QuantileSketch _scratch = new();

    /// <summary>The channels that have a deadline of their own, and which, nanoseconds.</summary>
    public IEnumerable<(ChannelId Channel, long Nanos)> All =>
        _channels.Where(channel => channel.Value.DeadlineNanos > 0).Select(channel => (channel.Key, channel.Value.DeadlineNanos));

    /// <summary>The deadline that was learned for a channel, nanoseconds; 0 for none.</summary>
    public long Of(ChannelId channel) => _channels.TryGetValue(channel, out var learned) ? learned.DeadlineNanos : 0;

    /// <summary>Counts completed jobs, and draws the conclusions.</summary>
    /// <param name="times">What they took, in any order.</param>
    /// <param name="learningOf">By what rule a relay learns; null if it does not.</param>
    public void Count(List<FullLinkTime> times, Func<ushort, DeadlineLearning?> learningOf)
    {
        times.Sort();
        foreach (var time in times)
        {
            if (learningOf(time.Channel.Relay) is { } learning)
            {
                Find(time.Channel).Add(time.Nanos, time.At, learning);
                _changed.Add(time.Channel);
            }
        }
        foreach (var id in _changed)
        {
            if (_channels.TryGetValue(id, out var channel))
            {
                channel.Conclude(learningOf(id.Relay), _scratch);
            }
        }
        _changed.Clear();
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_channels.Count]));
        foreach (var (id, channel) in _channels)
        {
            output.Write(MemoryMarshal.AsBytes([id]));
            channel.WriteTo(output);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote; conclusions follow the rules of today.</summary>
    public void ReadFrom(ref ReadOnlySpan<byte> input, Func<ushort, DeadlineLearning?> learningOf)
    {
        var count = MemoryMarshal.Read<int>(input);
        input = input[sizeof(int)..];
        for (; count > 0; count--)
        {
            var id = MemoryMarshal.Read<ChannelId>(input);
            input = input[Unsafe.SizeOf<ChannelId>()..];
            var channel = _channels[id] = new LearnedChannel();
            channel.ReadFrom(ref input);
            channel.Conclude(learningOf(id.Relay), _scratch);
        }
    }

    private LearnedChannel Find(ChannelId id)
    {
        if (!_channels.TryGetValue(id, out var channel))
        {
            LeastRecent.MakeRoom(_channels, capacity, static known => (known.Value.SeenAt, known.Key.Destination, known.Key.Relay));
            _channels.Add(id, channel = new LearnedChannel());
        }
        return channel;
    }
}
