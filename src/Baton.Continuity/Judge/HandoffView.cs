using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>What is told of a handoff, or of a consumer that has none.</summary>
/// <param name="Relay">The relay's name.</param>
/// <param name="Service">service.name of its producer (of the consumer, where there is none); empty where unknown.</param>
/// <param name="TraceId">The trace of the span below.</param>
/// <param name="SpanId">The producing span (the consumer's, where there is none).</param>
/// <param name="PublishedUnixNanos">End of that span.</param>
public readonly record struct HandoffView(string Relay, string Service, TraceId TraceId, SpanId SpanId, long PublishedUnixNanos)
{
    /// <summary>A worker ran it without the trace's context, and was found by the job id: once completed, its verdict is context_dropped.</summary>
    public bool ContextDropped { get; init; }
}
