using System.IO.Compression;

namespace Baton.Processor.Receive;

/// <summary>How decompressing ended.</summary>
internal enum DecompressionEnd
{
    /// <summary>The whole body is decompressed.</summary>
    Complete,

    /// <summary>It holds more bytes than are allowed; decompression stopped there.</summary>
    TooLarge,

    /// <summary>All requests in flight together hold as much as they may.</summary>
    NoMemory,

    /// <summary>It is not gzip, ends too early, fails its checksum, or has something else behind it.</summary>
    Malformed,
}

/// <summary>
/// Decompresses gzip (RFC 1952, of one or several members) into pooled memory, and never more than the limit of it.
/// The framework's stream takes a body that was cut short for a complete one, and ignores what follows the last member. So a member of our
/// own (<see cref="EndMark"/>) is read after the body: only a body that ended where a member ends lets it come out at the end of the data.
/// </summary>
internal static class GzipReader
{
    // Typical telemetry shrinks to a fifth or a tenth; a first guess that fits saves copying while growing.
    private const int GuessedRatio = 8;
    private const int SmallestGuess = 4096;

    private static readonly byte[] EndMark = [0xBA, 0x70, 0x4E, 0x0D, 0xE4, 0xD0, 0xFB, 0x0D];
    private static readonly byte[] EndMember = Compress(EndMark);

    /// <summary>Decompresses <paramref name="compressed"/> into <paramref name="plain"/>, which is empty before.</summary>
    public static DecompressionEnd Read(ReadOnlyMemory<byte> compressed, PooledBytes plain, int limit)
    {
        if (!plain.TryGrow((int)Math.Min(Math.Max((long)compressed.Length * GuessedRatio, SmallestGuess), limit)))
            return DecompressionEnd.NoMemory;
        using var stream = new GZipStream(new FollowedStream(compressed, EndMember), CompressionMode.Decompress);
        try
        {
            // The first bytes beyond the limit may still be the mark, so they go elsewhere.
            Span<byte> beyond = stackalloc byte[EndMark.Length + 1];
            var beyondLength = 0;
            while (beyondLength < beyond.Length)
            {
                if (plain.Free.IsEmpty && plain.Length < limit && !plain.TryGrow((int)Math.Min(plain.Capacity * 2L, limit)))
                    return DecompressionEnd.NoMemory;
                var room = plain.Free[..Math.Min(plain.Free.Length, limit - plain.Length)];
                var read = stream.Read(room.IsEmpty ? beyond[beyondLength..] : room);
                if (read == 0)
                    return RemoveMark(plain, beyond[..beyondLength]) ? DecompressionEnd.Complete : DecompressionEnd.Malformed;
                if (room.IsEmpty)
                    beyondLength += read;
                else
                    plain.Advance(read);
            }
            return DecompressionEnd.TooLarge;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return DecompressionEnd.Malformed;
        }
    }

    private static bool RemoveMark(PooledBytes plain, ReadOnlySpan<byte> beyond)
    {
        var inPlain = EndMark.Length - beyond.Length;
        if (plain.Length < inPlain || !beyond.SequenceEqual(EndMark.AsSpan(inPlain)))
            return false;
        if (!plain.Written.Span[^inPlain..].SequenceEqual(EndMark.AsSpan(0, inPlain)))
            return false;
        plain.Truncate(plain.Length - inPlain);
        return true;
    }

    private static byte[] Compress(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(data);
        return compressed.ToArray();
    }

    /// <summary>Bytes in memory, and then some more.</summary>
    private sealed class FollowedStream(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> then) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _rest = first;
        private bool _followed;

        public override int Read(Span<byte> buffer)
        {
            if (_rest.IsEmpty && !_followed)
            {
                _rest = then;
                _followed = true;
            }
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
