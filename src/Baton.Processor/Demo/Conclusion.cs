namespace Baton.Processor.Demo;

/// <summary>What Baton concluded of a job, by what it told the backend and by its metrics.</summary>
/// <param name="Job">The job.</param>
/// <param name="Told">The spans that Baton added to the job's traces, in order of arrival.</param>
/// <param name="Moves">The series that have grown while the job was played.</param>
internal sealed record Conclusion(Job Job, IReadOnlyList<Received> Told, IReadOnlyList<MetricMove> Moves)
{
    private const string Stitch = "worker.stitch";

    /// <summary>
    /// The verdicts, in the order in which they were told. A stitch repeats its orphan's, and a whole job is told by metrics alone.
    /// </summary>
    public IReadOnlyList<string> Verdicts =>
        Told.Count > 0 ? [.. Told.Where(span => span.Span.Name != Stitch).Select(span => span["baton.verdict"] ?? "none")]
        : Grew("baton_handoffs_completed_total", "timeliness=in_time") > 0 ? ["continuous"]
        : ["none"];

    /// <summary>Whether everything is as it should be.</summary>
    public bool IsExpected => Differences.Count == 0;

    /// <summary>What is not as it should be, a sentence each.</summary>
    public IReadOnlyList<string> Differences => [.. FindDifferences()];

    /// <summary>By how much the series of that name, with these labels, have grown.</summary>
    public double Grew(string name, params string[] labels) =>
        Moves.Where(move => move.Name == name && labels.All(move.Labels.Contains)).Sum(move => move.By);

    private IEnumerable<string> FindDifferences()
    {
        var scenario = Job.Scenario;
        if (!Verdicts.SequenceEqual(scenario.Verdicts))
            yield return $"the verdict is {string.Join(", then ", Verdicts)}, and should be {string.Join(", then ", scenario.Verdicts)}.";
        // By name: what is told of both traces at once comes in any order.
        foreach (var (told, expected) in Told.OrderBy(one => one.Span.Name, StringComparer.Ordinal).Zip(scenario.Expected.OrderBy(one => one.Name, StringComparer.Ordinal)))
        {
            if (told.Span.Name != expected.Name)
                yield return $"the span {told.Span.Name} was added, and should be {expected.Name}.";
            if (expected.Evidence is { } evidence && told["baton.evidence"] != evidence)
                yield return $"the evidence of {told.Span.Name} is {told["baton.evidence"] ?? "missing"}, and should be {evidence}.";
        }
        foreach (var move in scenario.Moves.Where(move => !move.IsMet(Moves)))
            yield return $"{move.Name}{(move.Labels.Length > 0 ? $"{{{string.Join(", ", move.Labels)}}}" : "")} did not grow by 1.";
    }
}
