using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Continuity.Scan;

/// <summary>Tells text that is plainly UTF-8, as almost all of it is, without a call into the general check.</summary>
internal static class Ascii7
{
    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>True if no byte has its high bit set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAll(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Vector128<byte>.Count)
        {
            return IsAllLong(bytes);
        }
        if (bytes.Length >= sizeof(ulong))
        {
            var both = BinaryPrimitives.ReadUInt64LittleEndian(bytes) | BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
            return (both & HighBits) == 0;
        }
        return IsAllShort(bytes);
    }

    // The last vector may overlap the one before it.
    private static bool IsAllLong(ReadOnlySpan<byte> bytes)
    {
        var all = Vector128.Create(bytes[^Vector128<byte>.Count..]);
        for (var at = 0; at + Vector128<byte>.Count < bytes.Length; at += Vector128<byte>.Count)
        {
            all |= Vector128.Create(bytes.Slice(at, Vector128<byte>.Count));
        }
        return all.ExtractMostSignificantBits() == 0;
    }

    private static bool IsAllShort(ReadOnlySpan<byte> bytes)
    {
        var all = 0;
        foreach (var octet in bytes)
        {
            all |= octet;
        }
        return all < 0x80;
    }
}
