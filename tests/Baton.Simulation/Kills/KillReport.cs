using Baton.Testing.Sink;

namespace Baton.Simulation.Kills;

/// <summary>What came of it.</summary>
public sealed record KillReport
{
    /// <summary>How often the process was killed.</summary>
    public required int Rounds { get; init; }

    /// <summary>Spans that were acknowledged.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Of these, how many have not arrived.</summary>
    public required int Missing { get; init; }

    /// <summary>Arrivals beyond the first of a span: at least once, not exactly once.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Jobs that were lost.</summary>
    public required int LostJobs { get; init; }

    /// <summary>Of these, how many were told.</summary>
    public required int ToldJobs { get; init; }

    /// <summary>Jobs that completed.</summary>
    public required int CompletedJobs { get; init; }

    /// <summary>Lost jobs that were told under more than one id.</summary>
    public required int Repeated { get; init; }

    /// <summary>Jobs that were told and not lost.</summary>
    public required int Invented { get; init; }

    /// <summary>True if nothing more is to come.</summary>
    public bool IsComplete => Missing == 0 && ToldJobs == LostJobs;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Rounds} kills: {Acknowledged} spans acknowledged, {Missing} missing, {Duplicates} arrived again; {LostJobs} jobs lost, {ToldJobs} told, {Repeated} of them under more than one id; {CompletedJobs} completed, {Invented} told that were not lost";

    internal static KillReport Of(int rounds, KillLoad load, IReadOnlyList<RecordedSpan> arrived)
    {
        var senders = arrived.Where(span => span.Name != "worker.deadline").GroupBy(span => span.SpanId).ToDictionary(group => group.Key, group => group.Count());
        var told = arrived.Where(span => span.Name == "worker.deadline").GroupBy(span => span.ParentSpanId).ToDictionary(group => group.Key, group => group.Select(span => span.SpanId).Distinct().Count());
        var lost = load.Lost.ToHashSet();
        return new KillReport
        {
            Rounds = rounds,
            Acknowledged = load.Acknowledged,
            Missing = load.AcknowledgedSpans.Count(span => !senders.ContainsKey(span)),
            Duplicates = senders.Values.Sum() - senders.Count,
            LostJobs = lost.Count,
            ToldJobs = lost.Count(told.ContainsKey),
            CompletedJobs = load.Completed.Count,
            Repeated = told.Values.Count(ids => ids > 1),
            Invented = told.Keys.Count(job => !lost.Contains(job)),
        };
    }
}
