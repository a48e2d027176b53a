using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Baton.Processor.Journal;

/// <summary>CRC-32C (Castagnoli; RFC 3720 appendix B.4), with the processor's instruction where it has one.</summary>
/// <remarks>
/// The instruction has a latency of three cycles and a throughput of one, so three independent lanes run side by side. A CRC is linear:
/// the checksum of a concatenation is the first part's register, advanced over as many zero bytes as the second part has, XOR the second part's register.
/// </remarks>
internal static class Crc32C
{
    private const int Lane = 1024;
    private static readonly uint[] AdvanceByLane = BuildAdvance();

    /// <summary>The checksum of one run of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="checksum"/> covers, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var register = ~checksum;
        while (bytes.Length >= 3 * Lane)
        {
            register = ThreeLanes(register, MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * Lane)]));
            bytes = bytes[(3 * Lane)..];
        }
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) register = BitOperations.Crc32C(register, Little(word));
        foreach (var value in bytes[(bytes.Length & ~7)..]) register = BitOperations.Crc32C(register, value);
        return ~register;
    }

    private static uint ThreeLanes(uint register, ReadOnlySpan<ulong> words)
    {
        const int perLane = Lane / sizeof(ulong);
        uint first = register, second = 0, third = 0;
        var a = words[..perLane];
        var b = words.Slice(perLane, perLane);
        var c = words.Slice(2 * perLane, perLane);
        for (var i = 0; i < a.Length && i < b.Length && i < c.Length; i++)
        {
            first = BitOperations.Crc32C(first, Little(a[i]));
            second = BitOperations.Crc32C(second, Little(b[i]));
            third = BitOperations.Crc32C(third, Little(c[i]));
        }
        return Advance(Advance(first) ^ second) ^ third;
    }

    private static uint Advance(uint register) =>
        AdvanceByLane[(byte)register]
        ^ AdvanceByLane[256 + (byte)(register >> 8)]
        ^ AdvanceByLane[512 + (byte)(register >> 16)]
        ^ AdvanceByLane[768 + (byte)(register >> 24)];

    private static uint[] BuildAdvance()
    {
        var bits = new uint[32];
        for (var bit = 0; bit < 32; bit++)
        {
            var register = 1u << bit;
            for (var i = 0; i < Lane / sizeof(ulong); i++) register = BitOperations.Crc32C(register, 0ul);
            bits[bit] = register;
        }
        var table = new uint[4 * 256];
        for (var index = 0; index < table.Length; index++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                if ((index >> bit & 1) != 0) table[index] ^= bits[index / 256 * 8 + bit];
            }
        }
        return table;
    }

    private static ulong Little(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
