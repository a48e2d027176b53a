namespace Baton.Continuity.Synthesize;

/// <summary>What the engine asks to be written to the journal: its verdicts, and the spans that tell them.</summary>
/// <param name="Events">The event section: one record per verdict.</param>
/// <param name="Payload">A serialized ExportTraceServiceRequest; empty where no span tells it.</param>
/// <param name="SpanCount">Spans in the payload.</param>
public readonly record struct OwnEntry(ReadOnlyMemory<byte> Events, ReadOnlyMemory<byte> Payload, int SpanCount);
