using CsCheck;

namespace Baton.Continuity.Tests.Scan;

/// <summary>Ways in which bytes go wrong: cut off, changed, moved, repeated, and spelled in more bytes than they need.</summary>
internal static class WireDamage
{
    /// <summary>Values that mean something on the wire: tags of groups, of the OTLP messages, and the ends of ranges.</summary>
    private static readonly byte[] Telling = [0, 1, 2, 7, 8, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x12, 0x13, 0x14, 0x1A, 0x2A, 0x32, 0x4A, 0x5A, 0x6A, 0x7A, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];

    private static readonly Gen<byte> Octet = Gen.Frequency((2, Gen.OneOf(Telling)), (1, Gen.Byte));

    private static readonly Gen<Func<byte[], byte[]>> One = Gen.OneOf(
        Place.Select(at => (Func<byte[], byte[]>)(bytes => bytes[..At(bytes, at)])),
        Gen.Select(Place, Octet, (at, octet) => (Func<byte[], byte[]>)(bytes => With(bytes, At(bytes, at), octet))),
        Gen.Select(Place, Octet.Array[1, 4], (at, octets) => (Func<byte[], byte[]>)(bytes => Insert(bytes, At(bytes, at), octets))),
        Gen.Select(Place, Gen.Int[1, 6], (at, count) => (Func<byte[], byte[]>)(bytes => [.. bytes[..At(bytes, at)], .. bytes.Skip(At(bytes, at) + count)])),
        Gen.Select(Place, Gen.Int[1, 10], (at, extra) => (Func<byte[], byte[]>)(bytes => Lengthen(bytes, At(bytes, at), extra))),
        Gen.Select(Place, Place, Gen.Int[1, 40], (from, to, count) => (Func<byte[], byte[]>)(bytes =>
            Insert(bytes, At(bytes, to), [.. bytes.Skip(At(bytes, from)).Take(count)]))));

    /// <summary>One to three damages, one after another; a length that no longer fits is damage of its own, so one is the most telling.</summary>
    public static Gen<Func<byte[], byte[]>> Any { get; } =
        Gen.Frequency((4, One.Array[1]), (1, One.Array[2, 3])).Select(damages => (Func<byte[], byte[]>)(bytes => damages.Aggregate(bytes, (now, damage) => damage(now))));

    private static Gen<double> Place => Gen.Double[0, 1];

    private static int At(byte[] bytes, double place) => (int)(bytes.Length * place);

    private static byte[] With(byte[] bytes, int at, byte octet)
    {
        byte[] changed = [.. bytes];
        if (at < changed.Length)
            changed[at] = octet;
        return changed;
    }

    private static byte[] Insert(byte[] bytes, int at, byte[] octets) => [.. bytes[..at], .. octets, .. bytes[at..]];

    // A varint may be spelled with trailing groups of zero bits, up to ten bytes in all.
    private static byte[] Lengthen(byte[] bytes, int at, int extra)
    {
        if (at >= bytes.Length || bytes[at] >= 0x80)
            return bytes;
        var longer = new byte[extra + 1];
        Array.Fill(longer, (byte)0x80);
        longer[0] = (byte)(bytes[at] | 0x80);
        longer[^1] = 0;
        return [.. bytes[..at], .. longer, .. bytes[(at + 1)..]];
    }
}
