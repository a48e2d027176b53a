using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Demo;

/// <summary>A span that an application of the demo ends.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Start">Seconds after the start of the publication.</param>
/// <param name="End">Seconds after the start of the publication; then it is exported.</param>
internal sealed record PlayedSpan(string Name, Span.Types.SpanKind Kind, double Start, double End);

/// <summary>A span that Baton should add.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Verdict">Its <c>baton.verdict</c>.</param>
/// <param name="Evidence">Its <c>baton.evidence</c>; null where it has none.</param>
internal sealed record ExpectedSpan(string Name, string Verdict, string? Evidence);

/// <summary>A series that should have grown by one.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Labels">The labels that matter, <c>name=value</c>.</param>
internal sealed record ExpectedMove(string Name, params string[] Labels)
{
    /// <summary>Whether it is among the series that grew.</summary>
    public bool IsMet(IEnumerable<MetricMove> moves) =>
        moves.Any(move => move.Name == Name && move.By == 1 && Labels.All(move.Labels.Contains));
}

/// <summary>What is played, and what Baton should conclude of it.</summary>
internal sealed record Scenario
{
    /// <summary>Two words.</summary>
    public required string Title { get; init; }

    /// <summary>What happens, in one sentence.</summary>
    public required string Story { get; init; }

    /// <summary>The spans of the applications, in order of their ends. The first is the publication.</summary>
    public required IReadOnlyList<PlayedSpan> Spans { get; init; }

    /// <summary>Whether the wake-up carries no trace context, so that the worker starts a trace of its own.</summary>
    public bool ContextIsDropped { get; init; }

    /// <summary>The spans that Baton should add, in order.</summary>
    public IReadOnlyList<ExpectedSpan> Expected { get; init; } = [];

    /// <summary>The verdicts that these amount to, in order.</summary>
    public required IReadOnlyList<string> Verdicts { get; init; }

    /// <summary>The series that should grow by one.</summary>
    public required IReadOnlyList<ExpectedMove> Moves { get; init; }
}
