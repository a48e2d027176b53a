using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Join;

/// <summary>
/// A trace's state as the bytes of a record. Fixed parts are copied as they lie in memory (little-endian, packed);
/// of a handoff only the parts that have happened are kept. A change here needs a new <see cref="Version"/>.
/// </summary>
internal sealed class TraceCodec
{
    /// <summary>The first byte of every record of this form.</summary>
    public const byte Version = 1;

    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Encode(TraceState trace)
    {
        _length = 0;
        Put(Version);
        Put(trace.WheelHandle);
        Put((ushort)trace.Handoffs.Count);
        Put((ushort)trace.Aliases.Count);
        Put(trace.Ties.Count);
        Put((ushort)trace.Sends.Count);
        Put(trace.Pendings.Count);
        Put((ushort)trace.Stitches.Count);
        Put((ushort)trace.CountedJobs.Count);
        Put((byte)trace.Candidates.Count);
        Put((byte)trace.Heard.Count);
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            Put(trace, handoff);
        }
        PutAll<Alias>(trace.Aliases);
        PutAll<Tie>(trace.Ties);
        PutAll<Sending>(trace.Sends);
        PutAll<Stitch>(trace.Stitches);
        PutAll<CountedJob>(trace.CountedJobs);
        PutAll<Candidate>(trace.Candidates);
        PutAll<Heard>(trace.Heard);
        foreach (ref readonly var pending in trace.PendingSpan)
        {
            Put(pending);
            Put(trace.Bytes(new ByteRange(pending.Offset, pending.Length)));
        }
        return _buffer.AsSpan(0, _length);
    }

    public static void Decode(ReadOnlySpan<byte> bytes, TraceState trace)
    {
        var version = Take<byte>(ref bytes);
        if (version != Version)
        {
            throw new InvalidDataException($"A trace's state has form {version}, and this Baton reads form {Version}.");
        }
        trace.WheelHandle = Take<int>(ref bytes);
        var handoffs = Take<ushort>(ref bytes);
        var aliases = Take<ushort>(ref bytes);
        var ties = Take<int>(ref bytes);
        var sends = Take<ushort>(ref bytes);
        var pendings = Take<int>(ref bytes);
        var stitches = Take<ushort>(ref bytes);
        var countedJobs = Take<ushort>(ref bytes);
        var candidates = Take<byte>(ref bytes);
        var heard = Take<byte>(ref bytes);
        for (var i = 0; i < handoffs; i++)
        {
            TakeHandoff(ref bytes, trace);
        }
        TakeAll(ref bytes, trace.Aliases, aliases);
        TakeAll(ref bytes, trace.Ties, ties);
        TakeAll(ref bytes, trace.Sends, sends);
        TakeAll(ref bytes, trace.Stitches, stitches);
        TakeAll(ref bytes, trace.CountedJobs, countedJobs);
        TakeAll(ref bytes, trace.Candidates, candidates);
        TakeAll(ref bytes, trace.Heard, heard);
        for (var i = 0; i < pendings; i++)
        {
            var pending = Take<Pending>(ref bytes);
            pending.Offset = trace.Keep(bytes[..pending.Length]).Offset;
            bytes = bytes[pending.Length..];
            trace.Pendings.Add(pending);
        }
        trace.Backlog.Restore(trace);
    }

    private void Put(TraceState trace, in Handoff handoff)
    {
        Put(handoff.Published);
        if (handoff.Has(HandoffMarks.HasTerms))
        {
            Put(handoff.Terms);
        }
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            Put(handoff.PickedUp);
        }
        if (handoff.HasHeartbeat)
        {
            Put(handoff.Pulse);
        }
        if (handoff.Has(HandoffMarks.AttemptFailed))
        {
            Put(handoff.Failed);
        }
        if (handoff.Has(HandoffMarks.Missed))
        {
            Put(handoff.Missed);
        }
        if (handoff.Published.CompletedCount > 0)
        {
            Put(handoff.Completed);
        }
        if (handoff.Has(HandoffMarks.RecoveryDue))
        {
            Put(handoff.Recovered);
        }
        if (handoff.Has(HandoffMarks.Held))
        {
            Put(handoff.HeldUntil);
        }
        Put((byte)handoff.MessageId.Length);
        Put(trace.Bytes(handoff.MessageId));
        Put((ushort)handoff.JobIds.Length);
        Put(trace.Bytes(handoff.JobIds));
    }

    private static void TakeHandoff(ref ReadOnlySpan<byte> bytes, TraceState trace)
    {
        var handoff = new Handoff { Published = Take<Publication>(ref bytes) };
        if (handoff.Has(HandoffMarks.HasTerms))
        {
            handoff.Terms = Take<Terms>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            handoff.PickedUp = Take<PickUp>(ref bytes);
        }
        if (handoff.HasHeartbeat)
        {
            handoff.Pulse = Take<Pulse>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.AttemptFailed))
        {
            handoff.Failed = Take<Failure>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Missed))
        {
            handoff.Missed = Take<Miss>(ref bytes);
        }
        if (handoff.Published.CompletedCount > 0)
        {
            handoff.Completed = Take<Completion>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.RecoveryDue))
        {
            handoff.Recovered = Take<Recovery>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Held))
        {
            handoff.HeldUntil = Take<long>(ref bytes);
        }
        var length = Take<byte>(ref bytes);
        handoff.MessageId = trace.Keep(bytes[..length]);
        bytes = bytes[length..];
        var jobIds = Take<ushort>(ref bytes);
        handoff.JobIds = trace.Keep(bytes[..jobIds]);
        bytes = bytes[jobIds..];
        trace.Handoffs.Add(handoff);
    }

    private void Put<T>(in T value)
        where T : unmanaged => MemoryMarshal.Write(Reserve(Unsafe.SizeOf<T>()), in value);

    private void Put(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private void PutAll<T>(List<T> values)
        where T : unmanaged => Put(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));

    private static T Take<T>(ref ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        var value = MemoryMarshal.Read<T>(bytes);
        bytes = bytes[Unsafe.SizeOf<T>()..];
        return value;
    }

    private static void TakeAll<T>(ref ReadOnlySpan<byte> bytes, List<T> values, int count)
        where T : unmanaged
    {
        CollectionsMarshal.SetCount(values, count);
        var length = count * Unsafe.SizeOf<T>();
        bytes[..length].CopyTo(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));
        bytes = bytes[length..];
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
