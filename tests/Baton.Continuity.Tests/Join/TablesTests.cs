using System.Buffers;
using System.Text;
using Baton.Continuity.Join;

namespace Baton.Continuity.Tests.Join;

/// <summary>What the shards share by number: names and lists of expected values. Numbers must mean the same after a restart.</summary>
public class TablesTests
{
    [Fact]
    public void A_name_is_found_by_its_number_and_an_empty_one_has_none()
    {
        var names = new Interner(100);
        var orders = names.Intern("orders"u8);
        Assert.Equal((orders, 1), (names.Intern("orders"u8), names.Count));
        Assert.Equal("orders", Encoding.UTF8.GetString(names.NameOf(orders)));
        Assert.Equal(0UL, names.Intern(default));
        Assert.True(names.NameOf(orders + 1).IsEmpty);
    }

    [Fact]
    public void Of_too_many_names_a_tenth_goes_those_that_were_not_used_for_the_longest_time()
    {
        var names = new Interner(20);
        var numbers = Enumerable.Range(0, 20).Select(i => names.Intern(Encoding.UTF8.GetBytes($"n{i}"))).ToList();
        names.Intern("n0"u8);
        names.Intern("new"u8);
        Assert.Equal(19, names.Count);
        Assert.Equal([1, 2], Enumerable.Range(0, 20).Where(i => names.NameOf(numbers[i]).IsEmpty));
    }

    [Fact]
    public void A_new_name_was_used_when_it_came()
    {
        var names = new Interner(2);
        var numbers = (Old: names.Intern("old"u8), Again: names.Intern("old"u8), New: names.Intern("new"u8));
        names.Intern("newest"u8);
        Assert.Equal((true, false), (names.NameOf(numbers.Old).IsEmpty, names.NameOf(numbers.New).IsEmpty));
    }

    [Fact]
    public void At_least_one_name_goes() => Assert.Equal(3, Filled(new Interner(3), 4).Count);

    [Fact]
    public void Names_read_back_in_the_order_of_their_use_and_leave_the_rest()
    {
        var names = Filled(new Interner(4), 4);
        names.Intern("n0"u8);
        var bytes = new ArrayBufferWriter<byte>();
        names.WriteTo(bytes);
        bytes.Write((byte[])[42]);

        var read = new Interner(4);
        ReadOnlySpan<byte> input = bytes.WrittenSpan;
        read.ReadFrom(ref input);
        Assert.Equal(42, Assert.Single(input.ToArray()));
        Assert.Equal(4, read.Count);
        Assert.Equal("n3", Encoding.UTF8.GetString(read.NameOf(names.Intern("n3"u8))));
        var n1 = names.Intern("n1"u8);
        read.Intern("new"u8);
        Assert.True(read.NameOf(n1).IsEmpty);
    }

    [Fact]
    public void Lists_of_expected_values_keep_their_numbers_however_many_there_are()
    {
        var lists = new Expectations();
        Assert.Equal((0, false), (lists.NumberOf([]), lists.Any));
        for (var i = 1; i <= 700; i++)
        {
            Assert.Equal(i, lists.NumberOf([$"a{i}", $"b{i}"]));
        }
        Assert.Equal((1, 700), (lists.NumberOf(["a1", "b1"]), lists.NumberOf(["a700", "b700"])));

        var bytes = new ArrayBufferWriter<byte>();
        lists.WriteTo(bytes);
        bytes.Write((byte[])[42]);
        var read = new Expectations();
        ReadOnlySpan<byte> input = bytes.WrittenSpan;
        read.ReadFrom(ref input);
        Assert.Equal(42, Assert.Single(input.ToArray()));
        Assert.Equal(["a700", "b700"], read.Of(700));
        Assert.Equal((1, -1), (read.PlaceOf(1, "b1"u8), read.PlaceOf(1, "b2"u8)));
        Assert.Equal(701, read.NumberOf(["new"]));
        Assert.Empty(read.Of(0));
    }

    private static Interner Filled(Interner names, int count)
    {
        for (var i = 0; i < count; i++)
        {
            names.Intern(Encoding.UTF8.GetBytes($"n{i}"));
        }
        return names;
    }
}
