using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

/// <summary>A context that a span links to; never zero.</summary>
/// <param name="TraceId">The linked trace.</param>
/// <param name="SpanId">The linked span.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct LinkTarget(TraceId TraceId, SpanId SpanId);
