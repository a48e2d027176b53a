using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

/// <summary>
/// The fixed part of a span's record. After it stand, in this order: <see cref="RoleCount"/> × <see cref="RelayRole"/>,
/// <see cref="LinkCount"/> × <see cref="LinkTarget"/>, <see cref="TextCount"/> × texts (<see cref="EventText"/>, then its bytes).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SpanEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>The span's trace.</summary>
    public TraceId TraceId;

    /// <summary>The span itself.</summary>
    public SpanId SpanId;

    /// <summary>Its parent; zero for a root (an empty parent and one of eight zero bytes are the same).</summary>
    public SpanId ParentSpanId;

    /// <summary>Start, Unix nanoseconds; values beyond 2^63-1 are clamped to it.</summary>
    public long StartUnixNanos;

    /// <summary>End, Unix nanoseconds, clamped likewise and never before the start.</summary>
    public long EndUnixNanos;

    /// <summary>The span's place in its request, from 0: the second part of every event's order.</summary>
    public int SpanIndex;

    /// <summary>The place of its resource's record among the resource records of this event section, from 0.</summary>
    public ushort ResourceIndex;

    /// <summary>Index of the relay whose `produce` it meets first, or -1.</summary>
    public short ProduceRelay;

    /// <summary>OTLP's span kind, 0 to 5.</summary>
    public byte SpanKind;

    /// <summary>messaging.operation.type, the legacy name and values included.</summary>
    public OperationType Operation;

    /// <summary>What the scan saw of the span.</summary>
    public SpanTraits Traits;

    /// <summary>messaging.batch.message_count or bullmq.job.bulk.count; 0 where not given.</summary>
    public uint BatchCount;

    /// <summary>The number of relay roles that follow.</summary>
    public ushort RoleCount;

    /// <summary>The number of links that follow: valid ones only.</summary>
    public ushort LinkCount;

    /// <summary>The number of texts that follow.</summary>
    public ushort TextCount;
}
