namespace Baton.Continuity.Join;

/// <summary>Makes room in a table of names that come from outside: temporary reply queues, hosts that come and go.</summary>
internal static class LeastRecent
{
    /// <summary>
    /// Drops a tenth of a table that is full, so that a new entry costs little however many names there are: to look for the oldest at each
    /// would cost as much as the whole table.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="capacity">How many it may hold.</param>
    /// <param name="order">What goes first: the time of the last use, and what tells two of the same time apart, as every shard and every replay must drop the same.</param>
    public static void MakeRoom<TKey, TValue, TOrder>(Dictionary<TKey, TValue> table, int capacity, Func<KeyValuePair<TKey, TValue>, TOrder> order)
        where TKey : notnull
    {
        if (table.Count < capacity)
        {
            return;
        }
        foreach (var (key, _) in table.OrderBy(order).Take(Math.Max(1, capacity / 10)).ToList())
        {
            table.Remove(key);
        }
    }
}
