using System.Buffers;
using Microsoft.Extensions.ObjectPool;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Baton.Processor.Receive;

/// <summary>Decompresses zstd (RFC 8878, of one or several frames) into pooled memory, and never more than the limit of it.</summary>
internal static class ZstdReader
{
    // RFC 8878, 3.1.1.1.2 asks every decoder for 8 MiB and advises against more: a frame that wants a larger window is refused,
    // or a few bytes could claim a gigabyte.
    private const int MaxWindowLog = 23;

    // Typical telemetry shrinks to a tenth; a first guess that fits saves copying while growing.
    private const int GuessedRatio = 8;
    private const int SmallestGuess = 4096;

    // A decoder keeps its window; as many as threads that decompress at once.
    private static readonly ObjectPool<Decompressor> Decoders =
        new DefaultObjectPoolProvider { MaximumRetained = Environment.ProcessorCount }.Create(new DecoderPolicy());

    /// <summary>Decompresses <paramref name="compressed"/> into <paramref name="plain"/>, which is empty before.</summary>
    public static DecompressionEnd Read(ReadOnlyMemory<byte> compressed, PooledBytes plain, int limit)
    {
        if (!plain.TryGrow((int)Math.Min(Math.Max((long)compressed.Length * GuessedRatio, SmallestGuess), limit)))
            return DecompressionEnd.NoMemory;
        var decoder = Decoders.Get();
        try
        {
            return Read(decoder, compressed.Span, plain, limit);
        }
        catch (ZstdException)
        {
            return DecompressionEnd.Malformed;
        }
        finally
        {
            Decoders.Return(decoder);
        }
    }

    private static DecompressionEnd Read(Decompressor decoder, ReadOnlySpan<byte> rest, PooledBytes plain, int limit)
    {
        Span<byte> beyond = stackalloc byte[1];
        while (true)
        {
            if (plain.Free.IsEmpty && plain.Length < limit && !plain.TryGrow((int)Math.Min(plain.Capacity * 2L, limit)))
                return DecompressionEnd.NoMemory;
            var room = plain.Free[..Math.Min(plain.Free.Length, limit - plain.Length)];
            var status = decoder.UnwrapStream(rest, room.IsEmpty ? beyond : room, out var consumed, out var written);
            rest = rest[consumed..];
            if (room.IsEmpty && written > 0)
                return DecompressionEnd.TooLarge;
            plain.Advance(written);
            if (status == OperationStatus.Done && rest.IsEmpty)
                return DecompressionEnd.Complete;
            // Nothing more to give, and the frame wants more: it was cut short.
            if (consumed == 0 && written == 0 && status != OperationStatus.Done)
                return DecompressionEnd.Malformed;
        }
    }

    private sealed class DecoderPolicy : PooledObjectPolicy<Decompressor>
    {
        public override Decompressor Create()
        {
            var decoder = new Decompressor();
            decoder.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
            return decoder;
        }

        public override bool Return(Decompressor obj)
        {
            obj.ResetStream();
            return true;
        }
    }
}
