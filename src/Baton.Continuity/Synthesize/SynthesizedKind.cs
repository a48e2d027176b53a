using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Synthesize;

/// <summary>The spans that Baton makes. The values are part of ids and of the journal.</summary>
public enum SynthesizedKind : byte
{
    /// <summary>A deadline passed.</summary>
    Deadline = 1,

    /// <summary>A worker ran without its context.</summary>
    Orphan = 2,

    /// <summary>A completion after a deadline span, or one that takes it back.</summary>
    Recovered = 3,

    /// <summary>Where the job of an orphan was published.</summary>
    Stitch = 4,
}

/// <summary>
/// A verdict as it stands in the journal, beside the span that tells it. The state changes when it is read back, and only then:
/// so a crash between decision and journal forgets both, and one after it neither.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct VerdictEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>Which span was made.</summary>
    public SynthesizedKind Synthesized;

    /// <summary>What was concluded.</summary>
    public Verdict Verdict;

    /// <summary>Which deadline passed; None where none did.</summary>
    public DeadlineKind Deadline;

    /// <summary>The trace of the handoff (of the worker, for an orphan span).</summary>
    public TraceId TraceId;

    /// <summary>The handoff (the orphan, for an orphan span and a stitch).</summary>
    public SpanId SpanId;

    /// <summary>deadline_at, Unix nanoseconds; 0 where there is none.</summary>
    public long DeadlineAt;
}
