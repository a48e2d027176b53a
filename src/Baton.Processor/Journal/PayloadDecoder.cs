using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Baton.Processor.Journal;

/// <summary>How a decoding ended.</summary>
internal enum DecodeStatus
{
    /// <summary>The payload is plain now.</summary>
    Decoded,

    /// <summary>It would be larger than the limit; decoding stopped there.</summary>
    TooLarge,

    /// <summary>The bytes are not in the encoding stated, or are cut off.</summary>
    Malformed,
}

/// <summary>Decompresses payloads into pooled buffers, never beyond a limit, however small the input is that would grow to it.</summary>
/// <remarks>That a stream which is cut off is an error, and not its end, takes the switch System.IO.Compression.UseStrictValidation (Directory.Build.props).</remarks>
internal static class PayloadDecoder
{
    // What RFC 1951 can reach; a stated size beyond it is not to be believed.
    private const int MaxDeflateRatio = 1032;
    private const int MinBuffer = 4096;

    /// <summary>Decompresses. The result belongs to the caller; it is null for every status but <see cref="DecodeStatus.Decoded"/>.</summary>
    /// <param name="payload">The compressed bytes.</param>
    /// <param name="encoding">Their encoding, other than <see cref="PayloadEncoding.Identity"/>.</param>
    /// <param name="maxBytes">The most that the result may hold.</param>
    /// <param name="decoded">The plain bytes.</param>
    public static DecodeStatus TryDecode(ReadOnlyMemory<byte> payload, PayloadEncoding encoding, int maxBytes, out DecodedPayload? decoded)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)encoding, (int)PayloadEncoding.Gzip, nameof(encoding));
        decoded = null;
        // Some senders compress nothing to nothing.
        if (payload.IsEmpty)
        {
            decoded = new DecodedPayload([], 0);
            return DecodeStatus.Decoded;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(Expected(payload.Span, maxBytes) + 1);
        try
        {
            using var stream = new GZipStream(AsStream(payload), CompressionMode.Decompress);
            var length = 0;
            while (true)
            {
                // One byte more than the limit tells "too large" from "just as large".
                if (length > maxBytes) return DecodeStatus.TooLarge;
                if (length == buffer.Length) buffer = Grow(buffer, length);
                var read = stream.Read(buffer, length, (int)Math.Min(buffer.Length, maxBytes + 1L) - length);
                if (read == 0) break;
                length += read;
            }
            decoded = new DecodedPayload(buffer, length);
            return DecodeStatus.Decoded;
        }
        catch (InvalidDataException)
        {
            return DecodeStatus.Malformed;
        }
        finally
        {
            if (decoded is null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A gzip member ends with its plain length (RFC 1952, ISIZE), so the first buffer usually fits.
    private static int Expected(ReadOnlySpan<byte> payload, int maxBytes)
    {
        if (payload.Length < sizeof(uint)) return Math.Min(MinBuffer, maxBytes);
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(payload[^sizeof(uint)..]);
        var possible = Math.Min((long)payload.Length * MaxDeflateRatio, maxBytes);
        return (int)Math.Min(Math.Max(stated, MinBuffer), possible);
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, Array.MaxLength));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray());
}
