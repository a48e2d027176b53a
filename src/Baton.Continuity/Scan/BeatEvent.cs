using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

/// <summary>A sign of life of a resource in a trace: when spans of it ended, in close sequence. The whole record.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BeatEvent
{
    /// <summary>Spans that end within a second of each other are one sign of life.</summary>
    public const long TogetherNanos = 1_000_000_000;

    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>The trace.</summary>
    public TraceId TraceId;

    /// <summary>The span that ended first.</summary>
    public SpanId SpanId;

    /// <summary>When it ended, Unix nanoseconds.</summary>
    public long FirstEndUnixNanos;

    /// <summary>When the last one ended, Unix nanoseconds.</summary>
    public long LastEndUnixNanos;

    /// <summary>The place of the first span that was seen, in its request, from 0.</summary>
    public int SpanIndex;

    /// <summary>The place of its resource's record among the resource records of this event section, from 0.</summary>
    public ushort ResourceIndex;
}
