using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Judge;

/// <summary>A span that Baton made, and what it is about.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="TraceId">The trace of the handoff (of the worker, for an orphan).</param>
/// <param name="About">The handoff's producing span (the worker's span, for an orphan and for a stitch).</param>
/// <param name="Service">service.name of the resource that the span repeats; empty where unknown.</param>
/// <param name="Serialized">The span itself, as it is written to the journal.</param>
public readonly record struct ToldSpan(SynthesizedKind Kind, TraceId TraceId, SpanId About, string Service, ReadOnlyMemory<byte> Serialized)
{
    /// <summary>The span, parsed at each call: most that are told are looked at by nobody.</summary>
    public Span Span => Span.Parser.ParseFrom(Serialized.Span);

    /// <summary>What it says.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Which deadline passed; None where none did.</summary>
    public DeadlineKind Deadline { get; init; }

    /// <summary>deadline_at, Unix nanoseconds; 0 where there is none.</summary>
    public long DeadlineAtUnixNanos { get; init; }

    /// <summary>When it was concluded, Unix nanoseconds.</summary>
    public long ToldAtUnixNanos { get; init; }
}
