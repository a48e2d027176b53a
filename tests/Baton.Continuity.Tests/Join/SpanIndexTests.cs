using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>An index over a list finds what walking the list finds, in the same order of entry, whatever happens to the list.</summary>
public class SpanIndexTests
{
    private readonly List<SpanId> _items = [];
    private readonly SpanIndex<SpanId> _index;

    public SpanIndexTests() => _index = new SpanIndex<SpanId>(() => CollectionsMarshal.AsSpan(_items), static (in SpanId item) => item);

    [Fact]
    public void What_was_appended_is_found_the_first_of_several_first()
    {
        Append(5, 6, 5, 7, 5);
        Assert.Equal((0, 1, 3, -1), (Find(5), Find(6), Find(7), Find(8)));
        Assert.Equal([0, 2, 4], All(5));
        Append(5);
        Assert.Equal([0, 2, 4, 5], All(5));
    }

    [Fact]
    public void What_has_another_id_is_found_by_that_once_it_was_entered()
    {
        Append(5, 6, 7);
        Assert.Equal(1, Find(6));
        _items[1] = new SpanId(9);
        _index.Enter(1);
        Assert.Equal((-1, 1), (Find(6), Find(9)));
        _items[0] = new SpanId(8);
        _index.Enter(0);
        Assert.Equal((-1, 0, 1), (Find(5), Find(8), Find(9)));
    }

    [Fact]
    public void What_changes_before_it_was_ever_looked_for_is_entered_once()
    {
        Append(5, 6);
        _items[1] = new SpanId(9);
        _index.Enter(1);
        Assert.Equal((-1, 1, 2), (Find(6), Find(9), _index.Count));
    }

    [Fact]
    public void What_was_taken_out_is_passed_over_and_a_shorter_list_is_read_anew()
    {
        Append(5, 6, 5, 7);
        Assert.Equal([0, 2], All(5));
        _items.RemoveAt(3);
        Assert.Equal((-1, 0), (Find(7), Find(5)));
        _items.RemoveRange(1, 2);
        Assert.Equal([0], All(5));
        Append(6);
        Assert.Equal((1, 0), (Find(6), Find(5)));
        _items.Clear();
        _index.Clear();
        Assert.Equal((0, -1), (_index.Count, Find(5)));
    }

    [Fact]
    public void Entries_that_are_out_of_date_do_not_grow_without_bound()
    {
        Append(5, 6);
        Assert.Equal(0, Find(5));
        for (var i = 0; i < 1000; i++)
        {
            _items[0] = new SpanId((ulong)(100 + i));
            _index.Enter(0);
            Assert.Equal((0, 1, -1), (Find((ulong)(100 + i)), Find(6), Find(5)));
            Assert.InRange(_index.Count, 2, 2 * _items.Count + 66);
        }
    }

    private void Append(params ulong[] ids) => _items.AddRange(ids.Select(id => new SpanId(id)));

    private int Find(ulong id) => _index.Find(new SpanId(id));

    private IEnumerable<int> All(ulong id)
    {
        for (var entry = _index.First(new SpanId(id)); entry >= 0; entry = _index.Next(entry, new SpanId(id)))
        {
            yield return _index.ItemOf(entry);
        }
    }
}
