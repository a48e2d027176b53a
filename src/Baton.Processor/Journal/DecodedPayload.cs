using System.Buffers;

namespace Baton.Processor.Journal;

/// <summary>A plain payload in a pooled buffer, which it gives back when disposed.</summary>
internal sealed class DecodedPayload(byte[] buffer, int length) : IDisposable
{
    private byte[]? _buffer = buffer;

    /// <summary>The plain bytes, until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer is { } bytes ? bytes.AsMemory(0, length) : throw new ObjectDisposedException(nameof(DecodedPayload));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { Length: > 0 } bytes) ArrayPool<byte>.Shared.Return(bytes);
    }
}
