using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Baton.Continuity.Join;

/// <summary>Where a handoff was published: a relay and a destination. What is learned, is learned per channel.</summary>
/// <param name="Relay">Index of the relay.</param>
/// <param name="Destination">The interned (system, destination, routing key).</param>
internal readonly record struct ChannelId(ushort Relay, ulong Destination);

/// <summary>What became of a handoff that was due.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="At">Arrival or deadline, Unix nanoseconds: the order in which they count.</param>
/// <param name="Acknowledged">Whether anybody picked it up.</param>
/// <param name="Worker">The resource that did.</param>
internal readonly record struct ChannelOutcome(ChannelId Channel, long At, bool Acknowledged, ulong Worker);

/// <summary>
/// Which channels have shown that silence means something there: at least 95 % of their last 20 due handoffs were acknowledged.
/// A queue that nobody instrumented, or of which a tenth is sampled, is never armed. Changed between rounds only.
/// </summary>
internal sealed class Channels(int capacity)
{
    private const int Window = 20;
    private const int NeededOfWindow = 19;
    private const long ForgetAfterNanos = 7L * 24 * 3600 * 1_000_000_000;

    private readonly Dictionary<ChannelId, Channel> _channels = [];

    /// <summary>True if a handoff that is published then may be told missing.</summary>
    public bool IsArmed(ChannelId id, long publishedAt) =>
        _channels.TryGetValue(id, out var channel) && channel.ArmedAt > 0 && publishedAt > channel.ArmedAt
        && publishedAt - channel.AcknowledgedAt < ForgetAfterNanos;

    /// <summary>The resource that acknowledged last on a channel; 0 if none is known.</summary>
    public ulong WorkerOf(ChannelId id) => _channels.TryGetValue(id, out var channel) ? channel.Worker : 0;

    /// <summary>Whether each known channel is armed.</summary>
    public IEnumerable<(ChannelId Id, bool Armed)> All => _channels.Select(c => (c.Key, c.Value.ArmedAt > 0));

    public void Count(in ChannelOutcome outcome)
    {
        if (!_channels.TryGetValue(outcome.Channel, out var channel))
        {
            if (_channels.Count >= capacity)
            {
                _channels.Remove(_channels.MinBy(c => c.Value.AcknowledgedAt).Key);
            }
            _channels.Add(outcome.Channel, channel = new Channel());
        }
        if (outcome.Acknowledged && outcome.At - channel.AcknowledgedAt > ForgetAfterNanos)
        {
            (channel.Outcomes, channel.Seen, channel.ArmedAt) = (0, 0, 0);
        }
        channel.Outcomes = ((channel.Outcomes << 1) | (outcome.Acknowledged ? 1u : 0u)) & ((1u << Window) - 1);
        channel.Seen = Math.Min(channel.Seen + 1, Window);
        if (outcome.Acknowledged)
        {
            (channel.AcknowledgedAt, channel.Worker) = (outcome.At, outcome.Worker);
        }
        if (channel.ArmedAt == 0 && channel.Seen == Window && BitOperations.PopCount(channel.Outcomes) >= NeededOfWindow)
        {
            channel.ArmedAt = outcome.At;
        }
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), _channels.Count);
        output.Advance(4);
        foreach (var (id, channel) in _channels)
        {
            var span = output.GetSpan(Size);
            BinaryPrimitives.WriteUInt16LittleEndian(span, id.Relay);
            BinaryPrimitives.WriteUInt64LittleEndian(span[2..], id.Destination);
            BinaryPrimitives.WriteUInt32LittleEndian(span[10..], channel.Outcomes);
            BinaryPrimitives.WriteInt32LittleEndian(span[14..], channel.Seen);
            BinaryPrimitives.WriteInt64LittleEndian(span[18..], channel.ArmedAt);
            BinaryPrimitives.WriteInt64LittleEndian(span[26..], channel.AcknowledgedAt);
            BinaryPrimitives.WriteUInt64LittleEndian(span[34..], channel.Worker);
            output.Advance(Size);
        }
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(input);
        input = input[4..];
        for (var i = 0; i < count; i++)
        {
            _channels[new(BinaryPrimitives.ReadUInt16LittleEndian(input), BinaryPrimitives.ReadUInt64LittleEndian(input[2..]))] = new Channel
            {
                Outcomes = BinaryPrimitives.ReadUInt32LittleEndian(input[10..]),
                Seen = BinaryPrimitives.ReadInt32LittleEndian(input[14..]),
                ArmedAt = BinaryPrimitives.ReadInt64LittleEndian(input[18..]),
                AcknowledgedAt = BinaryPrimitives.ReadInt64LittleEndian(input[26..]),
                Worker = BinaryPrimitives.ReadUInt64LittleEndian(input[34..]),
            };
            input = input[Size..];
        }
    }

    private const int Size = 42;

    private sealed class Channel
    {
        /// <summary>The last outcomes as bits, the newest lowest.</summary>
        public uint Outcomes { get; set; }

        public int Seen { get; set; }

        public long ArmedAt { get; set; }

        public long AcknowledgedAt { get; set; }

        public ulong Worker { get; set; }
    }
}
