using System.IO.Compression;
using Baton.Processor.Journal;

namespace Baton.Processor.Tests.Journal;

public sealed class PayloadDecoderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(3_000_000)]
    public void What_was_compressed_comes_back_also_in_several_members(int length)
    {
        var plain = JournalReading.Payload(length, length);
        Assert.Equal(plain, Decode(Gzip(plain), length));
        Assert.Equal([.. plain, .. plain], Decode([.. Gzip(plain), .. Gzip(plain)], 2 * length));
    }

    [Fact]
    public void Decoding_stops_at_the_limit()
    {
        var bomb = Gzip(new byte[64 << 20]);
        Assert.Equal(DecodeStatus.TooLarge, PayloadDecoder.TryDecode(bomb, PayloadEncoding.Gzip, (64 << 20) - 1, out _));
        Assert.Equal(DecodeStatus.TooLarge, PayloadDecoder.TryDecode(bomb, PayloadEncoding.Gzip, 1, out _));
        Assert.Equal(64 << 20, Decode(bomb, 64 << 20).Length);
    }

    [Fact]
    public void Neither_a_cut_nor_a_changed_stream_is_taken_for_a_whole_one()
    {
        var whole = Gzip(JournalReading.Payload(1, 2000));
        for (var length = 1; length < whole.Length; length++)
            Assert.Equal(DecodeStatus.Malformed, PayloadDecoder.TryDecode(whole.AsMemory(0, length), PayloadEncoding.Gzip, 1 << 20, out _));
        Assert.Equal(DecodeStatus.Malformed, PayloadDecoder.TryDecode("plain text"u8.ToArray(), PayloadEncoding.Gzip, 1 << 20, out _));
        whole[^5] ^= 1;
        Assert.Equal(DecodeStatus.Malformed, PayloadDecoder.TryDecode(whole, PayloadEncoding.Gzip, 1 << 20, out _));
    }

    private static byte[] Decode(byte[] payload, int maxBytes)
    {
        Assert.Equal(DecodeStatus.Decoded, PayloadDecoder.TryDecode(payload, PayloadEncoding.Gzip, maxBytes, out var decoded));
        using (decoded) return decoded!.Bytes.ToArray();
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(plain);
        return target.ToArray();
    }
}
