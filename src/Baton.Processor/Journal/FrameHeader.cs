using System.Buffers.Binary;

namespace Baton.Processor.Journal;

/// <summary>
/// What precedes each entry on disk, little-endian. It is followed by the events, then by the payload. The header has a checksum of its own, so that
/// when only the body is damaged the next frame is known, and how much was lost.
/// </summary>
/// <remarks>
/// Offset: 0 magic, 4 checksum of bytes 8–55, 8 checksum of the body, 12 kind, 13 encoding, 14 flags, 15 zero, 16 position, 24 sequence, 32 arrival,
/// 40 length of the events, 44 length of the payload, 48 spans, 52 zero.
/// </remarks>
internal readonly record struct FrameHeader
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 56;

    /// <summary>"BtnF".</summary>
    public const uint Magic = 0x466E_7442;

    private const byte EndOfGroupFlag = 1;

    public required EntryKind Kind { get; init; }

    public required PayloadEncoding Encoding { get; init; }

    /// <summary>Whether the frame is the last of those that were written together.</summary>
    public required bool EndOfGroup { get; init; }

    /// <summary>Where the frame belongs: one that is found elsewhere is not a frame.</summary>
    public required long Position { get; init; }

    /// <summary>The number of entries ever appended before this one; a jump tells how many were lost.</summary>
    public required long Sequence { get; init; }

    public required long ArrivalUnixNanos { get; init; }

    public required int EventsLength { get; init; }

    public required int PayloadLength { get; init; }

    public required int SpanCount { get; init; }

    /// <summary>The checksum of the events and the payload.</summary>
    public required uint BodyChecksum { get; init; }

    /// <summary>Bytes of events and payload.</summary>
    public long BodyLength => (long)EventsLength + PayloadLength;

    /// <summary>Where the next frame begins.</summary>
    public long NextPosition => Position + Size + BodyLength;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], BodyChecksum);
        target[12] = (byte)Kind;
        target[13] = (byte)Encoding;
        target[14] = EndOfGroup ? EndOfGroupFlag : (byte)0;
        target[15] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], ArrivalUnixNanos);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], EventsLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[44..], PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[48..], SpanCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[52..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Of(target[8..Size]));
    }

    /// <summary>Reads a header, if there is an intact one that belongs at <paramref name="position"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, long position, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic) return false;
        if (BinaryPrimitives.ReadInt64LittleEndian(source[16..]) != position) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Of(source[8..Size])) return false;
        header = Read(source);
        return header.EventsLength >= 0 && header.PayloadLength >= 0;
    }

    /// <summary>Reads a header that was verified before.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source) => new()
    {
        BodyChecksum = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        Kind = (EntryKind)source[12],
        Encoding = (PayloadEncoding)source[13],
        EndOfGroup = (source[14] & EndOfGroupFlag) != 0,
        Position = BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
        Sequence = BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
        ArrivalUnixNanos = BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
        EventsLength = BinaryPrimitives.ReadInt32LittleEndian(source[40..]),
        PayloadLength = BinaryPrimitives.ReadInt32LittleEndian(source[44..]),
        SpanCount = BinaryPrimitives.ReadInt32LittleEndian(source[48..]),
    };
}
