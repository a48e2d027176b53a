namespace Baton.Continuity.Judge;

/// <summary>How one worker is doing.</summary>
/// <param name="Service">service.name.</param>
/// <param name="Instance">service.instance.id; empty where not given.</param>
/// <param name="Destination">From where it takes, in its own words; empty where its spans do not say.</param>
/// <param name="BusyRatio">The part of the window in which it had work, 0 to 1. The window ends export_lag ago.</param>
/// <param name="Thrashing">Busy for the whole window, while the backlog that it works on grew.</param>
public readonly record struct WorkerGauge(string Service, string Instance, string Destination, double BusyRatio, bool Thrashing);

/// <summary>What presses on one destination: the channels of that name and the workers that take from it.</summary>
/// <param name="Destination">The name that producers publish to; empty where spans give none.</param>
/// <param name="Channels">What waits, by relay and routing key.</param>
/// <param name="Workers">Who takes from it: by that name, or because they usually pick up what is published there.</param>
/// <param name="SuggestedDelaySeconds">For how long a producer should wait before it publishes more; 0 where nothing presses.</param>
public sealed record DestinationPressure(
    string Destination, IReadOnlyList<BacklogGauge> Channels, IReadOnlyList<WorkerGauge> Workers, double SuggestedDelaySeconds)
{
    /// <summary>Handoffs that wait.</summary>
    public int Backlog => Channels.Sum(channel => channel.Backlog);

    /// <summary>By how much they became more over the window.</summary>
    public int Growth => Channels.Sum(channel => channel.Growth);

    /// <summary>The mean of the workers' busy ratios; null where none is known.</summary>
    public double? BusyRatio => Workers.Count == 0 ? null : Workers.Average(worker => worker.BusyRatio);

    /// <summary>Whether any of its workers is thrashing.</summary>
    public bool Thrashing => Workers.Any(worker => worker.Thrashing);
}
