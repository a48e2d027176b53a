using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// A trace's state as the bytes of a record. Most parts are copied as they lie in memory (little-endian, packed);
/// of a handoff only the parts that have happened are kept. Then <see cref="RepeatPacking"/> takes out what is repeated, if it is long. A change here needs a new <see cref="Version"/>.
/// </summary>
internal sealed partial class TraceCodec
{
    /// <summary>The first byte of every record of this form.</summary>
    public const byte Version = 3;

    /// <summary>A value no longer than this is one record of the store, of a fixed size, in any case: three of four are, and nothing is gained by packing them.</summary>
    public const int ShortEnough = 188;

    private const int Counts = 9;

    /// <summary>The trace's id is known without its record, and its parts repeat it.</summary>
    private const int Seed = TraceId.Length;

    private const int UnpackedOnStack = 1024;

    private readonly RepeatPacking _packing = new();
    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Encode(TraceState trace)
    {
        _length = 0;
        Put(trace.TraceId);
        PutNumber((uint)trace.WheelHandle);
        PutCounts(
        [
            trace.Handoffs.Count, trace.Aliases.Count, trace.Ties.Count, trace.Sends.Count, trace.Pendings.Count,
            trace.Stitches.Count, trace.CountedJobs.Count, trace.Candidates.Count, trace.Heard.Count,
        ]);
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            Put(trace, handoff);
        }
        PutAll(trace.Aliases.Span);
        PutAll(trace.Ties.Span);
        PutAll(trace.Sends.Span);
        PutAll(trace.Stitches.Span);
        PutAll(trace.CountedJobs.Span);
        PutAll(trace.Candidates.Span);
        PutAll(trace.Heard.Span);
        foreach (ref readonly var pending in trace.PendingSpan)
        {
            Put(pending);
            Put(trace.Bytes(new ByteRange(pending.Offset, pending.Length)));
        }
        // The record begins with its version and its length before packing.
        var length = _length;
        Put(Version);
        PutNumber((ulong)length);
        var header = _buffer.AsSpan(length, _length - length);
        var bytes = _buffer.AsSpan(0, length);
        return RepeatPacking.KeptLength(header.Length, length - Seed) <= ShortEnough ? _packing.Keep(header, bytes[Seed..]) : _packing.Pack(header, bytes, Seed);
    }

    public static void Decode(ReadOnlySpan<byte> bytes, TraceState trace)
    {
        var version = Take<byte>(ref bytes);
        if (version != Version)
        {
            throw new InvalidDataException($"A trace's state has form {version}, and this Baton reads form {Version}.");
        }
        var length = Math.Max((int)TakeNumber(ref bytes), Seed);
        var rented = length > UnpackedOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> onStack = stackalloc byte[rented is null ? UnpackedOnStack : 0];
        var unpacked = (rented ?? onStack)[..length];
        MemoryMarshal.Write(unpacked, trace.TraceId);
        if (!RepeatPacking.TryUnpack(bytes, unpacked, Seed))
        {
            throw new InvalidDataException("A trace's state cannot be unpacked.");
        }
        DecodeUnpacked(unpacked[Seed..], trace);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void DecodeUnpacked(ReadOnlySpan<byte> bytes, TraceState trace)
    {
        trace.WheelHandle = (int)(uint)TakeNumber(ref bytes);
        Span<int> counts = stackalloc int[Counts];
        TakeCounts(ref bytes, counts);
        for (var i = 0; i < counts[0]; i++)
        {
            TakeHandoff(ref bytes, trace);
        }
        TakeAll(ref bytes, ref trace.Aliases, counts[1]);
        TakeAll(ref bytes, ref trace.Ties, counts[2]);
        TakeAll(ref bytes, ref trace.Sends, counts[3]);
        TakeAll(ref bytes, ref trace.Stitches, counts[5]);
        TakeAll(ref bytes, ref trace.CountedJobs, counts[6]);
        TakeAll(ref bytes, ref trace.Candidates, counts[7]);
        TakeAll(ref bytes, ref trace.Heard, counts[8]);
        for (var i = 0; i < counts[4]; i++)
        {
            var pending = Take<Pending>(ref bytes);
            pending.Offset = trace.Keep(bytes[..pending.Length]).Offset;
            bytes = bytes[pending.Length..];
            trace.Pendings.Add(pending);
        }
        trace.Backlog.Restore(trace);
    }

    /// <summary>
    /// A bit for each count that is not zero, and those alone: a byte, or four that follow a 255. Most traces have one handoff and nothing else, and with its message id and a
    /// job id it must fit one record of the store.
    /// </summary>
    private void PutCounts(ReadOnlySpan<int> counts)
    {
        var present = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            present |= counts[i] > 0 ? 1 << i : 0;
        }
        Put((ushort)present);
        foreach (var count in counts)
        {
            if (count >= byte.MaxValue)
            {
                Put(byte.MaxValue);
                Put(count);
            }
            else if (count > 0)
            {
                Put((byte)count);
            }
        }
    }

    private static void TakeCounts(ref ReadOnlySpan<byte> bytes, scoped Span<int> counts)
    {
        var present = Take<ushort>(ref bytes);
        for (var i = 0; i < counts.Length; i++)
        {
            var count = (present >> i & 1) == 0 ? 0 : Take<byte>(ref bytes);
            counts[i] = count == byte.MaxValue ? Take<int>(ref bytes) : count;
        }
    }

    private void Put<T>(in T value)
        where T : unmanaged => MemoryMarshal.Write(Reserve(Unsafe.SizeOf<T>()), in value);

    private void Put(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private void PutAll<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Put(MemoryMarshal.AsBytes(values));

    private static T Take<T>(ref ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        var value = MemoryMarshal.Read<T>(bytes);
        bytes = bytes[Unsafe.SizeOf<T>()..];
        return value;
    }

    private static void TakeAll<T>(ref ReadOnlySpan<byte> bytes, ref PartList<T> values, int count)
        where T : unmanaged
    {
        values.SetCount(count);
        var length = count * Unsafe.SizeOf<T>();
        bytes[..length].CopyTo(MemoryMarshal.AsBytes(values.Span));
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
