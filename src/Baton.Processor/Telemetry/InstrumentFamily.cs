using System.Collections.Concurrent;

namespace Baton.Processor.Telemetry;

/// <summary>
/// One metric with all its series. <typeparamref name="TChild"/> is prometheus-net's child (one series), found again without allocation
/// by the values of its labels, so that counting costs two or three dictionary look-ups. Safe for any number of threads.
/// </summary>
internal sealed class InstrumentFamily<TChild>
    where TChild : class
{
    private readonly Func<string[], TChild> _create;
    private readonly LabelValues[] _labels;
    private readonly ConcurrentDictionary<Key, TChild> _children = new();

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
}
