using Baton.Processor.Journal;

namespace Baton.Processor.Receive;

/// <summary>Stores an entry: <see cref="Journal.Journal.AppendAsync"/>, or a double that has faults.</summary>
internal delegate ValueTask<AppendResult> AppendEntry(
    EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount);

/// <summary>
/// The way from a received body to the journal, the same for both transports. Nothing is acknowledged before the journal has it. Safe for any number of threads.
/// </summary>
internal sealed class Intake(AppendEntry append)
{
    /// <summary>Takes one request.</summary>
    /// <param name="kind">What it brings.</param>
    /// <param name="encoding">How it is compressed.</param>
    /// <param name="body">The bytes as they came; not changed until the task ends.</param>
    /// <param name="plain">Empty; receives the bytes decompressed, and stays the caller's to release.</param>
    /// <param name="transport">Its limit, and where to count.</param>
    public ValueTask<IntakeResult> TakeAsync(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> body, PooledBytes plain, Transport transport)
    {
        var message = body;
        if (encoding != PayloadEncoding.Identity)
        {
            var end = ContentCoding.Decompress(encoding, body, plain, transport.MaxBytes);
            if (end != DecompressionEnd.Complete)
                return new ValueTask<IntakeResult>(new IntakeResult(transport.Refusal(end)));
            message = plain.Written;
        }
        return message.IsEmpty
            ? default // An empty request is a success, and there is nothing to keep.
            : TakeRawAsync(kind, encoding, body, message);
    }

    private async ValueTask<IntakeResult> TakeRawAsync(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> message)
    {
        if (!TopLevel.IsValid(message.Span, out var fault))
            return new IntakeResult(Refusals.Malformed($"The request is not a protobuf message: {fault}"));
        var stored = await append(kind, encoding, ReadOnlyMemory<byte>.Empty, body, 0);
        return new IntakeResult(Refusals.Of(stored.Status));
    }
}
