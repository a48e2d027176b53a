using System.Collections.Concurrent;

namespace Baton.Processor.Telemetry;

/// <summary>
/// Bounds how many distinct values one label may take. The first <paramref name="capacity"/> values are themselves; every later one is
/// <see cref="Overflow"/>, so that what senders put into service.name or a queue's name cannot grow the series without end. An admitted
/// value stays admitted: a series never changes its meaning.
/// </summary>
internal sealed class LabelValues(int capacity)
{
    /// <summary>What stands for every value beyond the capacity.</summary>
    public const string Overflow = "__other__";

    private readonly ConcurrentDictionary<string, string> _admitted = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>
    /// The value to use as label: <paramref name="value"/> itself, or <see cref="Overflow"/>. Allocates only for a new value.
    /// </summary>
    public string Admit(string value)
    {
        if (_admitted.TryGetValue(value, out var known))
            return known;
        // The count is reserved before the value is added, so that racing threads cannot exceed the capacity together.
        if (Volatile.Read(ref _count) >= capacity || Interlocked.Increment(ref _count) > capacity)
            return Overflow;
        if (!_admitted.TryAdd(value, value))
            Interlocked.Decrement(ref _count);
        return value;
    }
}
