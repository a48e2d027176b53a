using Baton.Continuity.Join;
using CsCheck;

namespace Baton.Continuity.Tests.Join;

/// <summary>A list that lies in its owner holds what a list of the framework's holds, whatever happens to both.</summary>
public class PartListTests
{
    private PartList<int> _parts;

    [Fact]
    public void Whatever_is_done_to_it_it_holds_what_a_list_holds() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 9]).List[0, 60].Sample(steps =>
        {
            var parts = default(PartList<int>);
            var list = new List<int>();
            foreach (var (step, value) in steps)
            {
                Do(step, value, ref parts, list);
                Assert.Equal(list, parts);
                Assert.Equal(list, parts.Span.ToArray());
                Assert.Equal(list.Count, parts.Count);
                Assert.Equal(list.FindIndex(each => each == value), parts.FindIndex(each => each == value));
                Assert.Equal(list.Exists(each => each > value), parts.Exists(each => each > value));
            }
        });

    [Fact]
    public void It_takes_an_array_with_the_first_item_keeps_it_when_emptied_and_doubles_it()
    {
        Assert.Equal(0, _parts.Capacity);
        _parts.Add(1);
        Assert.Equal(1, _parts.Capacity);
        _parts.Add(2);
        _parts.Add(3);
        Assert.Equal(4, _parts.Capacity);
        _parts.Clear();
        Assert.Equal((0, 4), (_parts.Count, _parts.Capacity));
        _parts.EnsureCapacity(20);
        Assert.Equal(20, _parts.Capacity);
    }

    [Fact]
    public void An_item_is_changed_in_its_place_and_none_is_found_beyond_the_last()
    {
        _parts.Add(1);
        _parts.Add(2);
        _parts[1] = 7;
        foreach (ref var part in _parts)
        {
            part++;
        }
        Assert.Equal([2, 8], _parts);
        Assert.Equal(8, ((IReadOnlyList<int>)_parts)[1]);
        _parts.RemoveAt(1);
        Assert.Throws<IndexOutOfRangeException>(() => _parts[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _parts.RemoveAt(1));
    }

    private static void Do(int step, int value, ref PartList<int> parts, List<int> list)
    {
        switch (step)
        {
            case 0 when value < list.Count:
                parts.RemoveAt(value);
                list.RemoveAt(value);
                break;
            case 1 when value <= list.Count:
                parts.RemoveFirst(value);
                list.RemoveRange(0, value);
                break;
            case 2:
                Assert.Equal(list.RemoveAll(each => each == value), parts.RemoveAll(each => each == value));
                break;
            case 3 when value < list.Count:
                parts.SetCount(value);
                list.RemoveRange(value, list.Count - value);
                break;
            default:
                parts.Add(value);
                list.Add(value);
                break;
        }
    }
}
