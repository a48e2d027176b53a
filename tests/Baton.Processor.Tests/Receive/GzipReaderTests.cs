using Baton.Processor.Receive;
using CsCheck;
using static Baton.Processor.Tests.Receive.Decompression;

namespace Baton.Processor.Tests.Receive;

public sealed class GzipReaderTests
{
    [Fact]
    public void Any_bytes_compressed_in_any_members_come_back()
    {
        Gen.Byte.Array[0, 300].Array[0, 5].Sample(members =>
        {
            var compressed = members.SelectMany(member => OtlpRequest.Gzip(member)).ToArray();

            AssertComplete(members.SelectMany(m => m), Read(compressed));
        });
    }

    [Fact]
    public void A_member_may_end_anywhere_in_the_read_buffer()
    {
        // The framework reads 8 KiB at a time; these ends fall on, before and behind its borders.
        for (var size = 8192 - 40; size < 8192 + 40; size++)
        {
            var first = Incompressible(size);
            var second = Incompressible(100);

            AssertComplete(first.Concat(second), Read([.. OtlpRequest.Gzip(first), .. OtlpRequest.Gzip(second)]));
        }
    }

    [Fact]
    public void A_body_that_ends_too_early_is_malformed_wherever_it_ends()
    {
        var first = OtlpRequest.Gzip(Incompressible(40));
        byte[] whole = [.. first, .. OtlpRequest.Gzip(Enumerable.Repeat((byte)7, 200).ToArray())];

        for (var length = 1; length < whole.Length; length++)
        {
            var expected = length == first.Length ? DecompressionEnd.Complete : DecompressionEnd.Malformed;
            Assert.True(expected == Read(whole[..length]).End, $"cut at {length} of {whole.Length}");
        }
    }

    [Fact]
    public void What_follows_the_last_member_is_malformed() =>
        Assert.Equal(DecompressionEnd.Malformed, Read([.. OtlpRequest.Gzip([1, 2, 3]), 0, 0]).End);

    [Fact]
    public void A_flipped_bit_is_malformed_or_harmless()
    {
        var data = Incompressible(500);
        var whole = OtlpRequest.Gzip(data);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = whole.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            var (end, plain) = Read(flipped);

            // A bit of the header's modification time or operating system says nothing about the data.
            Assert.True(end == DecompressionEnd.Malformed || plain.AsSpan().SequenceEqual(data), $"bit {bit}");
        }
    }

    [Fact]
    public void No_member_is_an_empty_message() => AssertComplete([], Read([]));

    [Theory]
    [InlineData(-1, DecompressionEnd.TooLarge)]
    [InlineData(0, DecompressionEnd.Complete)]
    [InlineData(1, DecompressionEnd.Complete)]
    [InlineData(8, DecompressionEnd.Complete)]
    [InlineData(9, DecompressionEnd.Complete)]
    public void The_limit_counts_exactly(int above, object end)
    {
        foreach (var size in (int[])[1, 9, 4096, 10_000, 65_536])
            Assert.Equal(end, Read(OtlpRequest.Gzip(Incompressible(size)), size + above).End);
    }

    [Fact]
    public void A_bomb_costs_the_limit_and_no_more()
    {
        var bomb = OtlpRequest.Gzip(new byte[50_000_000]);
        var admission = new Admission(long.MaxValue);
        var plain = new PooledBytes(admission);

        Assert.Equal(DecompressionEnd.TooLarge, GzipReader.Read(bomb, plain, 1 << 20));

        Assert.Equal(1 << 20, plain.Length);
        Assert.Equal(1 << 20, admission.InFlightBytes);
    }

    [Fact]
    public void Without_memory_it_stops()
    {
        var plain = new PooledBytes(new Admission(10_000));

        Assert.Equal(DecompressionEnd.NoMemory, GzipReader.Read(OtlpRequest.Gzip(new byte[100_000]), plain, 1 << 20));
    }

    private static (DecompressionEnd End, byte[] Plain) Read(byte[] compressed, int limit = 1 << 20) => Run(GzipReader.Read, compressed, limit);
}
