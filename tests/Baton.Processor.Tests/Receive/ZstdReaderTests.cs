using Baton.Processor.Receive;
using CsCheck;
using static Baton.Processor.Tests.Receive.Decompression;

namespace Baton.Processor.Tests.Receive;

public sealed class ZstdReaderTests
{
    [Fact]
    public void Any_bytes_compressed_in_any_frames_come_back()
    {
        Gen.Byte.Array[0, 300].Array[1, 5].Sample(frames =>
        {
            var compressed = frames.SelectMany(frame => OtlpRequest.Zstd(frame)).ToArray();

            AssertComplete(frames.SelectMany(f => f), Read(compressed));
        });
    }

    [Fact]
    public void A_body_that_ends_too_early_is_malformed_wherever_it_ends()
    {
        var first = OtlpRequest.Zstd(Incompressible(40));
        byte[] whole = [.. first, .. OtlpRequest.Zstd(Enumerable.Repeat((byte)7, 200).ToArray())];

        for (var length = 1; length < whole.Length; length++)
        {
            var expected = length == first.Length ? DecompressionEnd.Complete : DecompressionEnd.Malformed;
            Assert.True(expected == Read(whole[..length]).End, $"cut at {length} of {whole.Length}");
        }
    }

    [Fact]
    public void What_follows_the_last_frame_is_malformed() =>
        Assert.Equal(DecompressionEnd.Malformed, Read([.. OtlpRequest.Zstd([1, 2, 3]), 0, 0]).End);

    [Fact]
    public void Damaged_bytes_never_do_worse_than_being_refused()
    {
        var whole = OtlpRequest.Zstd(Incompressible(500).Concat(new byte[500]).ToArray());
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = whole.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.True(Read(flipped).Plain.Length <= 1 << 20);
        }
        AssertComplete(Incompressible(500).Concat(new byte[500]), Read(whole));
    }

    [Fact]
    public void A_window_that_would_claim_much_memory_is_refused()
    {
        // Magic, a descriptor without content size or single segment, and a window of 1 GiB (exponent 20): RFC 8878, 3.1.1.1.
        byte[] greedy = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 0x01, 0x00, 0x00];

        Assert.Equal(DecompressionEnd.Malformed, Read(greedy).End);
    }

    [Theory]
    [InlineData(-1, DecompressionEnd.TooLarge)]
    [InlineData(0, DecompressionEnd.Complete)]
    [InlineData(1, DecompressionEnd.Complete)]
    public void The_limit_counts_exactly(int above, object end)
    {
        foreach (var size in (int[])[1, 9, 4096, 10_000, 65_536, 300_000])
            Assert.Equal(end, Read(OtlpRequest.Zstd(Incompressible(size)), size + above).End);
    }

    [Fact]
    public void A_bomb_costs_the_limit_and_no_more()
    {
        var bomb = OtlpRequest.Zstd(new byte[50_000_000]);
        var admission = new Admission(long.MaxValue);
        var plain = new PooledBytes(admission);

        Assert.Equal(DecompressionEnd.TooLarge, ZstdReader.Read(bomb, plain, 1 << 20));

        Assert.Equal(1 << 20, plain.Length);
        Assert.Equal(1 << 20, admission.InFlightBytes);
    }

    [Fact]
    public void Without_memory_it_stops()
    {
        var plain = new PooledBytes(new Admission(10_000));

        Assert.Equal(DecompressionEnd.NoMemory, ZstdReader.Read(OtlpRequest.Zstd(Incompressible(100_000)), plain, 1 << 20));
    }

    private static (DecompressionEnd End, byte[] Plain) Read(byte[] compressed, int limit = 1 << 20) => Run(ZstdReader.Read, compressed, limit);
}
