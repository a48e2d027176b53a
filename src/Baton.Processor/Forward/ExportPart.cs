using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>One journal entry's share of an export request.</summary>
/// <param name="Payload">A serialized export request, in the request's encoding. The memory belongs to the request's owners.</param>
/// <param name="Kind">What the entry holds; tells Baton's own spans from received ones.</param>
/// <param name="SpanCount">Spans in the payload (points or records, for the other signals).</param>
/// <param name="Ticket">The entry's place among those read, for <see cref="AcknowledgedPrefix"/>.</param>
internal readonly record struct ExportPart(ReadOnlyMemory<byte> Payload, EntryKind Kind, int SpanCount, long Ticket);
