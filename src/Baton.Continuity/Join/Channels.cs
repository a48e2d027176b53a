using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Join;

/// <summary>Where a handoff was published: a relay and a destination. What is learned, is learned per channel.</summary>
/// <param name="Relay">The relay's number.</param>
/// <param name="Destination">The interned (system, destination, routing key).</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct ChannelId(ushort Relay, ulong Destination);

/// <summary>What a handoff told of its channel.</summary>
internal enum ChannelSign : byte
{
    /// <summary>It was published, and takes part in a trial.</summary>
    Enrolled,

    /// <summary>It was picked up.</summary>
    Acknowledged,

    /// <summary>Its deadline passed, and nobody had picked it up.</summary>
    Unacknowledged,

    /// <summary>It is no handoff: it takes part in no trial.</summary>
    Withdrawn,
}

/// <summary>A sign of a channel's health.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Sign">What happened.</param>
/// <param name="At">When, Unix nanoseconds: the order in which signs count.</param>
/// <param name="Trial">The trial that the handoff takes part in; 0 for none.</param>
/// <param name="Worker">The resource that picked up; 0 if none did.</param>
internal readonly record struct ChannelEvent(ChannelId Channel, ChannelSign Sign, long At, byte Trial, ulong Worker)
{
    /// <summary>An order of the signs of one round: by everything, so that it does not depend on which shard gave them.</summary>
    public static readonly Comparison<ChannelEvent> InOrder = static (a, b) =>
        a.Sign != b.Sign ? ((byte)a.Sign).CompareTo((byte)b.Sign)
        : a.At != b.At ? a.At.CompareTo(b.At)
        : a.Channel.Destination != b.Channel.Destination ? a.Channel.Destination.CompareTo(b.Channel.Destination)
        : a.Channel.Relay != b.Channel.Relay ? a.Channel.Relay.CompareTo(b.Channel.Relay)
        : a.Trial != b.Trial ? a.Trial.CompareTo(b.Trial)
        : a.Worker.CompareTo(b.Worker);
}

/// <summary>
/// Which channels have shown that silence means something there. A channel is on trial with 20 handoffs in a row: each counts when it is
/// picked up, or when its deadline has passed; 95 % picked up, and the channel is armed for what is published from then on. Only a trial
/// is fair: what is picked up is known at once, what is not only at its deadline, so that counting them as they come would arm a queue
/// of which a tenth is sampled. Changed between rounds only.
/// </summary>
internal sealed class Channels(int capacity)
{
    private const int TrialSize = 20;
    private const double Needed = 0.95;
    private const long Day = 24L * 3600 * 1_000_000_000;

    /// <summary>A trial whose handoffs were lost (evicted) must not last for ever: longer than any deadline, it begins anew.</summary>
    private const long TrialLimitNanos = 2 * Day;
    private const long ForgetAfterNanos = 7 * Day;

    private readonly Dictionary<ChannelId, Channel> _channels = [];

    /// <summary>Whether each known channel is armed.</summary>
    public IEnumerable<(ChannelId Id, bool Armed)> All => _channels.Select(c => (c.Key, c.Value.ArmedAt > 0));

    /// <summary>True if a handoff that is published then may be told missing.</summary>
    public bool IsArmed(ChannelId id, long publishedAt) =>
        _channels.TryGetValue(id, out var channel) && channel.ArmedAt > 0 && publishedAt > channel.ArmedAt
        && publishedAt - channel.AcknowledgedAt < ForgetAfterNanos;

    /// <summary>The trial that a new handoff takes part in; 0 for none.</summary>
    public byte TrialOf(ChannelId id) =>
        !_channels.TryGetValue(id, out var channel) ? (byte)1
        : channel.ArmedAt == 0 && channel.Enrolled < TrialSize ? channel.Trial
        : (byte)0;

    /// <summary>The resource that acknowledged last on a channel; 0 if none is known.</summary>
    public ulong WorkerOf(ChannelId id) => _channels.TryGetValue(id, out var channel) ? channel.Worker : 0;

    public void Count(in ChannelEvent sign)
    {
        ref var channel = ref Find(sign.Channel);
        if (sign.Sign == ChannelSign.Acknowledged)
        {
            if (channel.ArmedAt > 0 && sign.At - channel.AcknowledgedAt > ForgetAfterNanos)
            {
                channel = NextTrial(channel);
            }
            (channel.AcknowledgedAt, channel.Worker) = (sign.At, sign.Worker);
        }
        if (channel.ArmedAt == 0 && channel.BeganAt > 0 && sign.At - channel.BeganAt > TrialLimitNanos)
        {
            channel = NextTrial(channel);
        }
        if (channel.ArmedAt > 0 || sign.Trial != channel.Trial)
        {
            return;
        }
        switch (sign.Sign)
        {
            case ChannelSign.Enrolled:
                channel.BeganAt = channel.Enrolled == 0 ? sign.At : channel.BeganAt;
                channel.Enrolled++;
                break;
            case ChannelSign.Acknowledged:
                channel.Acknowledged++;
                break;
            case ChannelSign.Unacknowledged:
                channel.Unacknowledged++;
                break;
            case ChannelSign.Withdrawn:
                channel.Enrolled--;
                break;
        }
        Decide(ref channel, sign.At);
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_channels.Count]));
        foreach (var (id, channel) in _channels)
        {
            output.Write(MemoryMarshal.AsBytes([id]));
            output.Write(MemoryMarshal.AsBytes([channel]));
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        for (var left = Take<int>(ref input); left > 0; left--)
        {
            var id = Take<ChannelId>(ref input);
            _channels[id] = Take<Channel>(ref input);
        }
    }

    private static T Take<T>(ref ReadOnlySpan<byte> input)
        where T : unmanaged
    {
        var value = MemoryMarshal.Read<T>(input);
        input = input[Unsafe.SizeOf<T>()..];
        return value;
    }

    private static void Decide(ref Channel channel, long at)
    {
        if (channel.Enrolled >= TrialSize && channel.Acknowledged >= Needed * channel.Enrolled)
        {
            channel.ArmedAt = at;
        }
        else if (channel.Unacknowledged > (1 - Needed) * Math.Max(TrialSize, channel.Enrolled))
        {
            channel = NextTrial(channel);
        }
    }

    private static Channel NextTrial(in Channel channel) => new()
    {
        Trial = (byte)(channel.Trial == byte.MaxValue ? 1 : channel.Trial + 1),
        AcknowledgedAt = channel.AcknowledgedAt,
        Worker = channel.Worker,
    };

    private ref Channel Find(ChannelId id)
    {
        if (!_channels.ContainsKey(id))
        {
            LeastRecent.MakeRoom(
                _channels, capacity, static known => (Math.Max(known.Value.AcknowledgedAt, known.Value.BeganAt), known.Key.Destination, known.Key.Relay));
        }
        ref var channel = ref CollectionsMarshal.GetValueRefOrAddDefault(_channels, id, out var known);
        channel.Trial = known ? channel.Trial : (byte)1;
        return ref channel;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Channel
    {
        public int Enrolled;
        public int Acknowledged;
        public int Unacknowledged;
        public byte Trial;
        public long BeganAt;
        public long ArmedAt;
        public long AcknowledgedAt;
        public ulong Worker;
    }
}
