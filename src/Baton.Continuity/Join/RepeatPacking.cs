using System.Buffers.Binary;
using System.Numerics;

namespace Baton.Continuity.Join;

/// <summary>
/// Makes a record shorter by what it repeats: ids of the same span, trace and resource stand in it several times, times share their upper halves, and much is zero. A job that is over takes half as many
/// bytes so, and fits one record of the store where it took two: fewer reads and writes, and half the memory.
/// </summary>
/// <remarks>
/// The scheme is that of LZ77, byte for byte. A byte below 128 is followed by that many literals and one more. One above stands for a copy of its lower seven bits + <see cref="LeastCopy"/> bytes, from as far back
/// as the next byte says, or, from 128 on, that byte without its highest bit and the one after it. Equal bytes give equal results, whatever was packed before.
/// </remarks>
/// <param name="begin">From where positions are counted on, at least 1: so a test need not wait until they are used up.</param>
internal sealed class RepeatPacking(int begin = 1)
{
    /// <summary>A shorter copy would hardly be shorter than what it stands for.</summary>
    private const int LeastCopy = 5;

    private const int MostCopied = LeastCopy + 127;
    private const int MostLiterals = 128;
    private const int Farthest = (1 << 15) - 1;
    private const int NearEnd = 128;
    private const int TableBits = 9;

    // Where four bytes were met last, by their hash, counted over all records: what is from an earlier one lies before this one's beginning, and the table is not cleared for each.
    private readonly int[] _met = new int[1 << TableBits];
    private byte[] _packed = new byte[512];
    private int _begin = begin;
    private int _length;

    /// <summary>Packs what follows a seed.</summary>
    /// <param name="header">Stands before what is packed, as it is.</param>
    /// <param name="bytes">First what is known to who unpacks, and may be repeated; then what is to be packed.</param>
    /// <param name="seed">How many bytes are known.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Pack(scoped ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> bytes, int seed)
    {
        Begin(header, bytes.Length);
        var literals = seed;
        for (var at = 0; at + LeastCopy <= bytes.Length;)
        {
            ref var met = ref _met[BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) * 2654435769 >> (32 - TableBits)];
            var back = _begin + at - met;
            met = _begin + at;
            if (at < seed || back > at || back > Farthest)
            {
                at++;
                continue;
            }
            var length = Math.Min(bytes[at..].CommonPrefixLength(bytes[(at - back)..]), MostCopied);
            if (length < LeastCopy)
            {
                at++;
                continue;
            }
            PutLiterals(bytes[literals..at]);
            PutCopy(back, length);
            literals = at += length;
        }
        PutLiterals(bytes[literals..]);
        _begin += bytes.Length;
        return _packed.AsSpan(0, _length);
    }

    /// <summary>Gives what follows a seed the form of what is packed, without looking for what it repeats.</summary>
    /// <param name="header">As for <see cref="Pack"/>.</param>
    /// <param name="bytes">What is to be kept.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Keep(scoped ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> bytes)
    {
        Begin(header, bytes.Length);
        PutLiterals(bytes);
        return _packed.AsSpan(0, _length);
    }

    /// <summary>The length of what <see cref="Keep"/> returns.</summary>
    public static int KeptLength(int header, int bytes) => header + bytes + (bytes + MostLiterals - 1) / MostLiterals;

    /// <summary>Undoes <see cref="Pack"/> and <see cref="Keep"/>.</summary>
    /// <param name="packed">What it returned, without the header.</param>
    /// <param name="bytes">Begins with the seed, and is as long as what was packed.</param>
    /// <param name="seed">How many bytes are the seed.</param>
    /// <returns>False if it is not what they made of as many bytes.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> bytes, int seed)
    {
        var at = seed;
        while (!packed.IsEmpty)
        {
            var (token, length) = (packed[0], packed[0] + 1);
            packed = packed[1..];
            if (token < MostLiterals)
            {
                if (length > packed.Length || length > bytes.Length - at)
                {
                    return false;
                }
                packed[..length].CopyTo(bytes[at..]);
                packed = packed[length..];
            }
            else
            {
                length = token - MostLiterals + LeastCopy;
                if (!TryTakeDistance(ref packed, out var back) || back > at || length > bytes.Length - at)
                {
                    return false;
                }
                Copy(bytes, at, back, length);
            }
            at += length;
        }
        return at == bytes.Length;
    }

    private static bool TryTakeDistance(ref ReadOnlySpan<byte> packed, out int back)
    {
        back = packed.IsEmpty ? 0 : packed[0];
        var size = back < NearEnd ? 1 : 2;
        if (packed.Length < size)
        {
            return false;
        }
        back = size == 1 ? back : (back - NearEnd) << 8 | packed[1];
        packed = packed[size..];
        return back > 0;
    }

    private static void Copy(Span<byte> bytes, int at, int back, int length)
    {
        if (back >= length)
        {
            bytes.Slice(at - back, length).CopyTo(bytes[at..]);
            return;
        }
        // It reaches into what it makes: a run of zeros is a zero, copied from one byte back.
        for (var end = at + length; at < end; at++)
        {
            bytes[at] = bytes[at - back];
        }
    }

    private void Begin(ReadOnlySpan<byte> header, int length)
    {
        if (_begin > int.MaxValue / 2 - length)
        {
            Array.Clear(_met);
            _begin = 1;
        }
        var most = header.Length + length + length / MostLiterals + 1;
        if (_packed.Length < most)
        {
            _packed = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)most)];
        }
        header.CopyTo(_packed);
        _length = header.Length;
    }

    private void PutLiterals(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, MostLiterals);
            _packed[_length++] = (byte)(count - 1);
            bytes[..count].CopyTo(_packed.AsSpan(_length));
            _length += count;
            bytes = bytes[count..];
        }
    }

    private void PutCopy(int back, int length)
    {
        _packed[_length++] = (byte)(MostLiterals + length - LeastCopy);
        if (back >= NearEnd)
        {
            _packed[_length++] = (byte)(NearEnd + (back >> 8));
        }
        _packed[_length++] = (byte)back;
    }
}
