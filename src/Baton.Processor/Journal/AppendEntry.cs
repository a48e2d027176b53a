namespace Baton.Processor.Journal;

/// <summary>Stores an entry: <see cref="Journal.AppendAsync"/>, or a double that has faults.</summary>
internal delegate ValueTask<AppendResult> AppendEntry(
    EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount);
