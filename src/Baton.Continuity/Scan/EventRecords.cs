using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// The layout of the event section of a journal entry: records, one after another, little-endian, unaligned.
// It is a file format, with what the records are made of (SpanEventHeader, RelayRole, LinkTarget, EventText): a change needs a new version of the journal.

/// <summary>The kinds of record that stand in the event section of a journal entry.</summary>
public enum EventKind : byte
{
    /// <summary>A resource of the request: who sent the spans that refer to it (<see cref="ResourceEventHeader"/>).</summary>
    Resource = 1,

    /// <summary>A span that has a role (<see cref="SpanEventHeader"/>).</summary>
    Span = 2,

    /// <summary>A sign of life: spans without a role, where a relay has a heartbeat (<see cref="BeatEvent"/>).</summary>
    Beat = 3,

    /// <summary>A verdict of Baton's own, with the synthesized span that told it.</summary>
    Verdict = 16,

    /// <summary>A start of Baton, or the end of a suspension: what waited is held back for a while (<see cref="SightEventHeader"/>).</summary>
    Start = 17,

    /// <summary>The relays in force from here on, by index.</summary>
    Relays = 18,

    /// <summary>Intake had been steady, and stopped (<see cref="SightEventHeader"/>). The next request ends it.</summary>
    IntakeStopped = 19,

    /// <summary>Baton watches, and nothing arrives (<see cref="SightEventHeader"/>): so that a gap in the journal is a time in which it did not.</summary>
    Watching = 20,
}

/// <summary>An edge of what Baton could see.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SightEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>
    /// Until when Baton had watched before a start; the last request before a stop of intake; Unix nanoseconds. 0 where there was none.
    /// </summary>
    public long Since;
}

/// <summary>Begins every record: its whole length, so that a reader can skip a kind that it does not know.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EventHeader
{
    /// <summary>Bytes of the record, this header included.</summary>
    public uint Length;

    /// <summary>What follows.</summary>
    public EventKind Kind;
}

/// <summary>The fixed part of a resource's record; its names follow as texts.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ResourceEventHeader
{
    /// <summary>Length and kind.</summary>
    public EventHeader Header;

    /// <summary>The latest end of any span of this resource in the request, Unix nanoseconds; 0 where it has no span.</summary>
    public long LatestEndUnixNanos;

    /// <summary>The number of texts that follow.</summary>
    public ushort TextCount;
}
