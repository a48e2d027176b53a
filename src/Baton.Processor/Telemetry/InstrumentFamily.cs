using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Baton.Processor.Telemetry;

/// <summary>
/// One metric with all its series. <typeparamref name="TChild"/> is prometheus-net's child (one series), found again without allocation
/// by the values of its labels. Most callers give the same strings again: those are known by reference, which costs a tenth of looking their
/// text up once for each label and once for all. Safe for any number of threads.
/// </summary>
internal sealed class InstrumentFamily<TChild>
    where TChild : class
{
    private readonly Func<string[], TChild> _create;
    private readonly LabelValues[] _labels;
    private readonly ConcurrentDictionary<Key, TChild> _children = new();
    private readonly Given?[] _given = new Given?[64];

    /// <param name="create">Makes the series of the given label values.</param>
    /// <param name="labelCount">How many labels the metric has: 0 to 4.</param>
    /// <param name="labelCapacity">How many distinct values each label may take (<see cref="LabelValues"/>).</param>
    public InstrumentFamily(Func<string[], TChild> create, int labelCount, int labelCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labelCount, 4);
        _create = create;
        _labels = new LabelValues[labelCount];
        for (var i = 0; i < labelCount; i++)
            _labels[i] = new LabelValues(labelCapacity);
    }

    /// <summary>The series of these label values, one for each label of the metric, in order.</summary>
    public TChild With(string first = "", string second = "", string third = "", string fourth = "")
    {
        ref var place = ref _given[PlaceOf(first, second, third, fourth)];
        if (place is { } given && given.Is(first, second, third, fourth)) return given.Child;
        var child = Find(first, second, third, fourth);
        Volatile.Write(ref place, new Given(first, second, third, fourth, child));
        return child;
    }

    private int PlaceOf(string first, string second, string third, string fourth) =>
        (RuntimeHelpers.GetHashCode(first) + 3 * RuntimeHelpers.GetHashCode(second) + 5 * RuntimeHelpers.GetHashCode(third) + 7 * RuntimeHelpers.GetHashCode(fourth))
        & (_given.Length - 1);

    private TChild Find(string first, string second, string third, string fourth)
    {
        var key = new Key(Admit(0, first), Admit(1, second), Admit(2, third), Admit(3, fourth));
        return _children.TryGetValue(key, out var child) ? child : _children.GetOrAdd(key, Create);
    }

    private string Admit(int position, string value) => position < _labels.Length ? _labels[position].Admit(value) : "";

    private TChild Create(Key key)
    {
        string[] values = [key.First, key.Second, key.Third, key.Fourth];
        return _create(values[.._labels.Length]);
    }

    private readonly record struct Key(string First, string Second, string Third, string Fourth);

    /// <summary>Strings that were given once, and the series that they mean.</summary>
    private sealed record Given(string First, string Second, string Third, string Fourth, TChild Child)
    {
        public bool Is(string first, string second, string third, string fourth) =>
            ReferenceEquals(First, first) && ReferenceEquals(Second, second) && ReferenceEquals(Third, third) && ReferenceEquals(Fourth, fourth);
    }
}
