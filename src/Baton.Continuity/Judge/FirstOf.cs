namespace Baton.Continuity.Judge;

/// <summary>The first few of many, in an order: a heap of those alone, with the last of them on top.</summary>
internal sealed class FirstOf<T>(int count, IComparer<T> order)
{
    private readonly PriorityQueue<T, T> _heap = new(Comparer<T>.Create((a, b) => order.Compare(b, a)));

    /// <summary>Takes one more into account.</summary>
    public void Add(T item)
    {
        if (_heap.Count < count)
        {
            _heap.Enqueue(item, item);
        }
        else if (order.Compare(item, _heap.Peek()) < 0)
        {
            _heap.DequeueEnqueue(item, item);
        }
    }

    /// <summary>There are as many as are wanted.</summary>
    public bool IsFull => _heap.Count == count;

    /// <summary>The last of them.</summary>
    public T Last => _heap.Peek();

    /// <summary>True if there are as many as are wanted, and none after this one can be among them.</summary>
    public bool Excludes(T item) => IsFull && order.Compare(_heap.Peek(), item) < 0;

    /// <summary>Hands them out in their order.</summary>
    public void MoveTo(List<T> list)
    {
        list.Clear();
        list.AddRange(_heap.UnorderedItems.Select(static item => item.Element));
        list.Sort(order);
        _heap.Clear();
    }
}
