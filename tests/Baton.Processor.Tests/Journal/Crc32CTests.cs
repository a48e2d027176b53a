using Baton.Processor.Journal;
using CsCheck;

namespace Baton.Processor.Tests.Journal;

/// <summary>The checksum is the standard one, whichever of its ways computes it.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_catalogue_comes_out() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void The_test_vector_of_rfc_3720_comes_out() => Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));

    [Fact]
    public void Lanes_and_parts_give_the_same_as_bit_by_bit() =>
        Gen.Select(Gen.Int[0, 20_000], Gen.Int[0, 20_000], Gen.Int).Sample((length, split, seed) =>
        {
            var bytes = JournalReading.Payload(seed, length);
            split = Math.Min(split, length);
            var expected = BitByBit(bytes);
            Assert.Equal(expected, Crc32C.Of(bytes));
            Assert.Equal(expected, Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, split)), bytes.AsSpan(split)));
        }, iter: 200);

    private static uint BitByBit(byte[] bytes)
    {
        var register = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++) register = (register & 1) != 0 ? register >> 1 ^ 0x82F63B78 : register >> 1;
        }
        return ~register;
    }
}
