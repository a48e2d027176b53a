namespace Baton.Processor.Analyze.Reports;

/// <summary>The worst few of many, in order, in bounded room.</summary>
/// <param name="limit">How many are kept.</param>
/// <param name="order">Less means worse.</param>
internal sealed class Worst<T>(int limit, Comparison<T> order)
{
    private readonly List<T> _items = [];
    private readonly Comparer<T> _order = Comparer<T>.Create(order);

    /// <summary>Those that are kept, the worst first.</summary>
    public IReadOnlyList<T> Items => _items;

    /// <summary>Adds one.</summary>
    public void Add(in T item)
    {
        if (_items.Count == limit && order(item, _items[^1]) >= 0)
            return;
        var at = _items.BinarySearch(item, _order);
        if (at >= 0)
        {
            // The same, told anew.
            _items[at] = item;
            return;
        }
        _items.Insert(~at, item);
        if (_items.Count > limit)
            _items.RemoveAt(limit);
    }
}
