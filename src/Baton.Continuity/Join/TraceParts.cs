using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>An outer span of a publication: whoever names it, means the handoff.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Alias
{
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public SpanId Handoff;
}

/// <summary>A batch's `send` that was opened as a handoff, and a context that it links to: a `create` span may be there, and take its place.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Sending
{
    public SpanId Send;
    public SpanId Created;
}

/// <summary>
/// A consumer-side span and the handoff it belongs to, so that spans below it find the handoff, and the span itself changes nothing twice.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Tie
{
    public SpanId Consumer;

    /// <summary>The handoff; zero for a span that is known to belong to none (an orphan).</summary>
    public SpanId Handoff;

    /// <summary>The handoff's trace where it is another one; zero for this trace.</summary>
    public TraceId HandoffTrace;
    public ulong Resource;

    /// <summary>When it may be forgotten, Unix nanoseconds; 0: with its handoff.</summary>
    public long Until;
    public ushort Relay;

    /// <summary>What the span did for the handoff.</summary>
    public TieMarks Marks;
}

/// <summary>What a tied span did for its handoff. The values are part of the stored state.</summary>
[Flags]
internal enum TieMarks : byte
{
    None = 0,

    /// <summary>It completed it, or one of the completions that are expected.</summary>
    Completed = 1,
}

/// <summary>The latest sign of life of a resource in a trace; kept for export_lag.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Heard
{
    public ulong Resource;
    public SpanId SpanId;
    public long Last;
    public long Arrival;

    public readonly BeatEvent ToBeat(TraceId trace) =>
        new() { TraceId = trace, SpanId = SpanId, FirstEndUnixNanos = Last, LastEndUnixNanos = Last };
}

/// <summary>A consumer-side span that waits for what it names, with its event record in the trace's bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Pending
{
    public SpanId SpanId;

    /// <summary>The producing span that a link named; zero where the span itself and its parent decide.</summary>
    public SpanId Target;
    public long Arrival;
    public ulong Resource;
    public ulong Channel;
    public int Offset;
    public int Length;
    public ushort Relay;
    public PendingMarks Marks;

    public readonly bool Has(PendingMarks mark) => (Marks & mark) != 0;
}

/// <summary>What has been done about a waiting span. The values are part of the stored state.</summary>
[Flags]
internal enum PendingMarks : byte
{
    None = 0,

    /// <summary>export_lag has passed, and it was judged by what was known then.</summary>
    Judged = 1,

    /// <summary>Its orphan span is owed.</summary>
    OrphanDue = 2,

    /// <summary>Its orphan span stands in the journal.</summary>
    OrphanSent = 4,

    /// <summary>More than one handoff could have been meant; counted.</summary>
    Ambiguous = 8,

    /// <summary>It is an orphan, or below one: judged, and only a producer that its job id leads to moves it.</summary>
    Settled = 32,

    /// <summary>It was tied in the retry that is running, and leaves with its end; never stored.</summary>
    Taken = 16,
}
