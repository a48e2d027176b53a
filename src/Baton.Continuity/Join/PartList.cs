using System.Collections;

namespace Baton.Continuity.Join;

/// <summary>
/// A growing list of a trace's parts. It lies in its owner, and takes an array only when there is something in it: a trace has ten of them, most of them empty, and thousands of traces lie in
/// memory, so that each list that were an object of its own would be fetched from there only to see that it is empty.
/// </summary>
/// <remarks>A copy shares the array and not the count: it is passed by reference or as <see cref="Span"/>, and its field is never read-only.</remarks>
internal struct PartList<T> : IReadOnlyList<T>
    where T : unmanaged
{
    private T[]? _items;

    public int Count { get; private set; }

    public readonly int Capacity => _items?.Length ?? 0;

    /// <summary>The items, until the next is added.</summary>
    public readonly Span<T> Span => _items.AsSpan(0, Count);

    public readonly ref T this[int index] => ref Span[index];

    readonly T IReadOnlyList<T>.this[int index] => Span[index];

    public void Add(in T item)
    {
        EnsureCapacity(Count + 1);
        _items![Count++] = item;
    }

    /// <summary>Makes room for as many items, at least for twice as many as there was if there was too little.</summary>
    public void EnsureCapacity(int count)
    {
        if (count > Capacity)
        {
            Array.Resize(ref _items, Math.Max(count, 2 * Capacity));
        }
    }

    /// <summary>Cuts the list, or makes it longer by items that the caller writes.</summary>
    public void SetCount(int count)
    {
        EnsureCapacity(count);
        Count = count;
    }

    public void RemoveAt(int index)
    {
        Span[(index + 1)..].CopyTo(Span[index..]);
        Count--;
    }

    /// <summary>Removes the first items.</summary>
    public void RemoveFirst(int count)
    {
        Span[count..].CopyTo(Span);
        Count -= count;
    }

    /// <summary>Removes items; the others stay in order.</summary>
    /// <returns>How many were removed.</returns>
    public int RemoveAll(Predicate<T> which)
    {
        var items = Span;
        var kept = 0;
        foreach (ref readonly var item in items)
        {
            if (!which(item))
            {
                items[kept++] = item;
            }
        }
        Count = kept;
        return items.Length - kept;
    }

    /// <summary>The place of the first such item; -1 if there is none.</summary>
    public readonly int FindIndex(Predicate<T> which)
    {
        for (var i = 0; i < Count; i++)
        {
            if (which(Span[i]))
            {
                return i;
            }
        }
        return -1;
    }

    public readonly bool Exists(Predicate<T> which) => FindIndex(which) >= 0;

    /// <summary>Removes everything, and keeps the room.</summary>
    public void Clear() => Count = 0;

    public readonly Span<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    readonly IEnumerator<T> IEnumerable<T>.GetEnumerator() => (_items ?? []).Take(Count).GetEnumerator();

    readonly IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();
}
