using Baton.Continuity.Join;
using CsCheck;

namespace Baton.Continuity.Tests.Join;

/// <summary>What is packed comes back as it was, shorter where it repeats itself, and nothing else is taken for it.</summary>
public class RepeatPackingTests
{
    private static readonly byte[] Header = [3, 1, 4];

    private readonly RepeatPacking _packing = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(100_000)]
    public void What_repeats_nothing_comes_back(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);

        var packed = Pack(bytes, 0);

        Assert.InRange(packed.Length, length, length + length / 128 + 1);
        Assert.Equal(bytes, Unpack(packed, bytes, 0));
    }

    [Fact]
    public void More_than_was_packed_is_not_taken_for_it()
    {
        var bytes = new byte[6];

        Assert.False(RepeatPacking.TryUnpack([4, 1, 2, 3, 4, 5], bytes, 2));
        Assert.Equal(new byte[6], bytes);
    }

    [Theory]
    [InlineData(20, 4)]
    [InlineData(131, 4)]
    [InlineData(133, 4)]
    [InlineData(10_000, 240)]
    public void A_run_takes_a_few_bytes(int length, int most)
    {
        var bytes = new byte[length];

        var packed = Pack(bytes, 0);

        Assert.InRange(packed.Length, 1, most);
        Assert.Equal(bytes, Unpack(packed, bytes, 0));
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(127, 2)]
    [InlineData(128, 3)]
    [InlineData(32_767, 3)]
    public void What_stood_before_is_two_bytes_or_three_when_it_is_far_away(int distance, int more)
    {
        var before = new byte[distance];
        "an id of 8"u8[..8].CopyTo(before);
        byte[] bytes = [.. before, .. before.Take(8)];

        Assert.Equal(Pack(before, 0).Length + more, Pack(bytes, 0).Length);
        Assert.Equal(bytes, Unpack(Pack(bytes, 0), bytes, 0));
    }

    [Fact]
    public void The_shortest_copy_is_found_at_the_very_end()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 9, 1, 2, 3, 4, 5];

        Assert.Equal(1 + 6 + 2, Pack(bytes, 0).Length);
        Assert.Equal(bytes, Unpack(Pack(bytes, 0), bytes, 0));
    }

    [Fact]
    public void A_copy_of_what_is_not_there_yet_is_refused() => Assert.False(RepeatPacking.TryUnpack([128, 0], new byte[5], 0));

    [Fact]
    public void What_repeats_nothing_has_room_though_it_does_not_get_shorter()
    {
        for (var length = 1000; length < 1050; length++)
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            Assert.Equal(bytes, Unpack(new RepeatPacking().Pack(Header, bytes, 0)[Header.Length..].ToArray(), bytes, 0));
        }
    }

    [Theory]
    [InlineData(int.MaxValue / 2 - 50)]
    [InlineData(int.MaxValue - 1000)]
    public void When_positions_are_used_up_they_begin_anew(int begin)
    {
        var packing = new RepeatPacking(begin);
        for (var i = 0; i < 200; i++)
        {
            byte[] bytes = [1, 2, 3, 4, 5, 6, (byte)i, 8, 9, 1, 2, 3, 4, 5, 6, (byte)i, 8];
            Assert.Equal(new RepeatPacking().Pack([], bytes, 0).ToArray(), packing.Pack([], bytes, 0).ToArray());
        }
    }

    [Fact]
    public void What_is_too_far_away_comes_back_all_the_same()
    {
        var random = new Random(3);
        var before = new byte[32_768];
        random.NextBytes(before);
        byte[] bytes = [.. before, .. before.Take(8)];

        Assert.Equal(bytes, Unpack(Pack(bytes, 0), bytes, 0));
    }

    [Fact]
    public void What_is_known_beforehand_is_repeated_and_not_kept()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9];

        var packed = Pack(bytes, 8);

        Assert.Equal(4, packed.Length);
        Assert.Equal(bytes, Unpack(packed, bytes, 8));
    }

    [Fact]
    public void What_was_packed_before_changes_nothing()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8];
        var alone = new RepeatPacking().Pack(Header, bytes, 0).ToArray();
        for (var i = 0; i < 100; i++)
        {
            Pack([.. bytes, (byte)i, .. bytes], i % 3);
        }

        Assert.Equal(alone, _packing.Pack(Header, bytes, 0).ToArray());
    }

    [Fact]
    public void The_header_stands_before_it_as_it_is() => Assert.Equal(Header, _packing.Pack(Header, [0, 0, 0, 0, 0, 0], 0)[..3].ToArray());

    [Fact]
    public void Whatever_is_packed_comes_back()
    {
        var piece = Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Const(new byte[30]), Gen.Byte[0, 3].Array[0, 300]);
        piece.Array[1, 8].SelectMany(pieces => Gen.Int[0, pieces.Length - 1].Array[0, 40].Select(order => order.SelectMany(i => pieces[i]).ToArray())).Sample(bytes =>
        {
            // One packing after another in the same table, and with any seed.
            var packing = new RepeatPacking();
            for (var seed = 0; seed <= Math.Min(bytes.Length, 20); seed += 4)
            {
                Assert.Equal(bytes, Unpack(packing.Pack([], bytes, seed).ToArray(), bytes, seed));
            }
        });
    }

    [Fact]
    public void Something_else_is_refused_or_read_and_never_leaves_its_bounds() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, 16], Gen.Int[0, 300]).Sample((packed, seed, length) =>
        {
            RepeatPacking.TryUnpack(packed, new byte[seed + length], seed);
        });

    [Fact]
    public void Less_or_more_than_was_packed_is_refused()
    {
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)(i % 20))];
        var packed = Pack(bytes, 0);

        for (var cut = 0; cut < packed.Length; cut++)
        {
            Assert.False(RepeatPacking.TryUnpack(packed.AsSpan(0, cut), new byte[bytes.Length], 0));
        }
        Assert.False(RepeatPacking.TryUnpack(packed, new byte[bytes.Length - 1], 0));
        Assert.False(RepeatPacking.TryUnpack(packed, new byte[bytes.Length + 1], 0));
    }

    private byte[] Pack(byte[] bytes, int seed) => _packing.Pack([], bytes, seed).ToArray();

    private static byte[] Unpack(byte[] packed, byte[] original, int seed)
    {
        var bytes = new byte[original.Length];
        original.AsSpan(0, seed).CopyTo(bytes);
        Assert.True(RepeatPacking.TryUnpack(packed, bytes, seed));
        return bytes;
    }
}
