using System.Buffers.Binary;
using System.Globalization;

namespace Baton.Processor.Journal;

/// <summary>What begins each segment file, little-endian. It takes no room in the address space: the first frame's position is the base.</summary>
/// <remarks>
/// Offset: 0 magic, 8 format version, 12 checksum of the other 60 bytes, 16 base position, 24 sequence of the first entry, 32 a time before which no entry of it arrives, 40 zeros.
/// Every later version must keep the first 16 bytes and the length, so that it can be told from damage.
/// </remarks>
internal readonly record struct SegmentHeader(uint Version, long BasePosition, long FirstSequence, long ArrivalFloorUnixNanos)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 64;

    /// <summary>The version this code writes, and the only one it reads.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>The end of a segment's file name.</summary>
    public const string Extension = ".segment";

    private static ReadOnlySpan<byte> Magic => "BATONJNL"u8;

    public void Write(Span<byte> target)
    {
        target[..Size].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], BasePosition);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], ArrivalFloorUnixNanos);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Checksum(target));
    }

    /// <summary>Reads an intact header, of whatever version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < Size || !source[..8].SequenceEqual(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[12..]) != Checksum(source)) return false;
        header = new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
        return true;
    }

    /// <summary>The path of the segment with this base. Decimal and of fixed width, so that names sort as positions do.</summary>
    public static string PathOf(string directory, long basePosition) =>
        Path.Combine(directory, basePosition.ToString("D20", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The base that a file's name states, if it is a segment's name.</summary>
    public static bool TryParsePath(string path, out long basePosition)
    {
        basePosition = 0;
        var name = Path.GetFileName(path);
        return name.Length == 20 + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out basePosition);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => Crc32C.Append(Crc32C.Of(bytes[..12]), bytes[16..Size]);
}
