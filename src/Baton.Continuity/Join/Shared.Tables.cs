using System.Buffers;
using System.Buffers.Binary;

namespace Baton.Continuity.Join;

/// <summary>What the shards share, as part of a checkpoint.</summary>
internal sealed partial class Shared
{
    public void WriteTo(IBufferWriter<byte> output)
    {
        Write(output, Now);
        Write(output, options.MaxHandoffs);
        Sight.WriteTo(output);
        Resources.WriteTo(output);
        Destinations.WriteTo(output);
        Channels.WriteTo(output);
        Flows.WriteTo(output);
        Workers.WriteTo(output);
        Write(output, _lastSeen.Count);
        foreach (var (resource, at) in _lastSeen)
        {
            Write(output, (long)resource);
            Write(output, at);
        }
        Write(output, _completed.Count);
        foreach (var relay in _completed)
        {
            Write(output, relay);
        }
        Write(output, _lastOrphan.Count);
        foreach (var (relay, start) in _lastOrphan)
        {
            Write(output, relay);
            Write(output, start);
        }
        Relays.WriteTo(output);
        Learned.WriteTo(output);
    }

    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        Now = Read(ref input);
        _maxHandoffsBefore = Read(ref input);
        Sight.ReadFrom(ref input);
        Resources.ReadFrom(ref input);
        Destinations.ReadFrom(ref input);
        Channels.ReadFrom(ref input);
        Flows.ReadFrom(ref input);
        Workers.ReadFrom(ref input);
        for (var left = Read(ref input); left > 0; left--)
        {
            var resource = (ulong)Read(ref input);
            _lastSeen[resource] = Read(ref input);
        }
        for (var left = Read(ref input); left > 0; left--)
        {
            SetCompleted((ushort)Read(ref input));
        }
        for (var left = Read(ref input); left > 0; left--)
        {
            var relay = (ushort)Read(ref input);
            AddOrphan(relay, Read(ref input));
        }
        Relays.ReadFrom(ref input);
        Learned.ReadFrom(ref input, LearningOf);
    }

    private static void Write(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static long Read(ref ReadOnlySpan<byte> input)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(input);
        input = input[8..];
        return value;
    }
}
