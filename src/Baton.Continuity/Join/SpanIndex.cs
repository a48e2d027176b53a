using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// Finds the items of a growing list by a span id that each has. Built when it is first asked, and brought up to date with what was appended
/// since then whenever it is asked again. A short list is walked by its owner instead: most traces have a handful of everything.
/// </summary>
/// <remarks>
/// An entry only hints: <see cref="First"/> and <see cref="Next"/> check it against the list. So an item whose id changes in place, or that
/// moves, is entered once more (<see cref="Enter"/>), and its old entry is passed over. Entries are walked in the order in which they were made.
/// </remarks>
internal sealed class SpanIndex<T>(ItemsOf<T> itemsOf, SpanIdOf<T> idOf)
{
    private readonly Dictionary<SpanId, (int First, int Last)> _chains = new(SpanIdHash.Instance);
    private readonly List<(int Item, int Next)> _entries = [];
    private int _indexed;

    /// <summary>Entries that were made: a measure of the memory that they take.</summary>
    public int Count => _entries.Count;

    /// <summary>The place of the first item with a span id; -1 if there is none.</summary>
    public int Find(SpanId id) => First(id) is >= 0 and var entry ? ItemOf(entry) : -1;

    /// <summary>The first entry of a span id; -1 if there is none.</summary>
    public int First(SpanId id)
    {
        CatchUp();
        return _chains.TryGetValue(id, out var chain) ? Valid(chain.First, id) : -1;
    }

    /// <summary>The next entry of the same span id; -1 if there is none.</summary>
    public int Next(int entry, SpanId id)
    {
        CatchUp();
        return Valid(_entries[entry].Next, id);
    }

    /// <summary>The place of an entry's item in the list.</summary>
    public int ItemOf(int entry) => _entries[entry].Item;

    /// <summary>An item has another span id than when it was appended, or another place.</summary>
    public void Enter(int item)
    {
        var count = itemsOf().Length;
        _indexed = Math.Min(_indexed, count);
        if (item >= _indexed)
        {
            return;
        }
        if (_entries.Count > 2 * count + 64)
        {
            Clear();
            return;
        }
        Add(item);
    }

    /// <summary>Forgets everything: the list was changed otherwise.</summary>
    public void Clear()
    {
        _chains.Clear();
        _entries.Clear();
        _indexed = 0;
    }

    private int Valid(int entry, SpanId id)
    {
        var items = itemsOf();
        while (entry >= 0 && (_entries[entry].Item >= items.Length || idOf(items[_entries[entry].Item]) != id))
        {
            entry = _entries[entry].Next;
        }
        return entry;
    }

    private void CatchUp()
    {
        var count = itemsOf().Length;
        if (_indexed > count)
        {
            Clear();
        }
        while (_indexed < count)
        {
            Add(_indexed++);
        }
    }

    private void Add(int item)
    {
        var id = idOf(itemsOf()[item]);
        var entry = _entries.Count;
        _entries.Add((item, -1));
        ref var chain = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, id, out var known);
        if (known)
        {
            CollectionsMarshal.AsSpan(_entries)[chain.Last].Next = entry;
            chain.Last = entry;
        }
        else
        {
            chain = (entry, entry);
        }
    }
}

/// <summary>Span ids come from outside: a hash that nobody can predict, so that chosen ones cannot fill one bucket.</summary>
internal sealed class SpanIdHash : IEqualityComparer<SpanId>
{
    public static readonly SpanIdHash Instance = new();

    public bool Equals(SpanId a, SpanId b) => a == b;

    public int GetHashCode(SpanId span) => HashCode.Combine(span.Value);
}

/// <summary>The span id by which an item is found.</summary>
internal delegate SpanId SpanIdOf<T>(in T item);

/// <summary>The items that are indexed, as they are now.</summary>
internal delegate ReadOnlySpan<T> ItemsOf<T>();
