using Baton.Continuity.Judge;

namespace Baton.Continuity.Tests.Judge;

/// <summary>The first few of many, whatever their order.</summary>
public class FirstOfTests
{
    private readonly FirstOf<int> _first = new(3, Comparer<int>.Default);
    private readonly List<int> _list = [99];

    [Theory]
    [InlineData(new int[0], new int[0])]
    [InlineData(new[] { 4, 2 }, new[] { 2, 4 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 3 })]
    [InlineData(new[] { 5, 4, 3, 2, 1 }, new[] { 1, 2, 3 })]
    [InlineData(new[] { 3, 5, 1, 3, 2, 9, 3 }, new[] { 1, 2, 3 })]
    [InlineData(new[] { 2, 2, 2, 2, 2 }, new[] { 2, 2, 2 })]
    public void Are_handed_out_in_their_order_and_then_it_is_empty(int[] items, int[] first)
    {
        Add(items);
        _first.MoveTo(_list);
        Assert.Equal(first, _list);
        _first.MoveTo(_list);
        Assert.Empty(_list);
    }

    [Fact]
    public void What_comes_after_the_last_of_them_is_none_once_there_are_enough()
    {
        Add(5, 1);
        Assert.Equal((false, false), (_first.IsFull, _first.Excludes(9)));
        Add(3);
        Assert.Equal((true, 5, true, false, false), (_first.IsFull, _first.Last, _first.Excludes(6), _first.Excludes(5), _first.Excludes(4)));
        Add(5, 2);
        Assert.Equal((3, true), (_first.Last, _first.Excludes(4)));
    }

    private void Add(params int[] items) => Array.ForEach(items, _first.Add);
}
