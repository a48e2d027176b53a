using System.Collections.Concurrent;

namespace Baton.Processor.Telemetry;

/// <summary>
/// Decides which increments of a counter get an exemplar, as <see cref="ExemplarBudget"/> does for observations: a series shows its last one only, so of
/// a mass between two scrapes the first few say as much as all. By series, so that a single event of one is not left without because of a mass in another.
/// Safe for any number of threads.
/// </summary>
internal sealed class SeriesExemplarBudget
{
    private const int PerSeries = 8;

    private readonly ConcurrentDictionary<object, int> _taken = new(ReferenceEqualityComparer.Instance);

    /// <param name="instruments">Whose scrapes renew the budget.</param>
    public SeriesExemplarBudget(Instruments instruments) => instruments.OnScrape(_taken.Clear);

    /// <summary>True if this increment of a series shall have one.</summary>
    /// <param name="series">The series, by reference.</param>
    public bool Take(object series) =>
        (!_taken.TryGetValue(series, out var taken) || taken < PerSeries) && _taken.AddOrUpdate(series, 1, static (_, before) => before + 1) <= PerSeries;
}
