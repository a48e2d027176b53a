namespace Baton.Processor.Analyze.Input;

/// <summary>
/// Bytes that were read already, the rest of their stream, and then some more. Counts what it read; owns the stream.
/// </summary>
internal sealed class FollowedStream(ReadOnlyMemory<byte> before, Stream stream, ReadOnlyMemory<byte> after) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _before = before;
    private ReadOnlyMemory<byte> _after = after;
    private bool _ended;
    private long _bytesRead;

    /// <summary>Bytes read from the stream so far, those before it included. Any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (!_ended)
        {
            var read = _before.IsEmpty ? stream.Read(buffer) : Take(ref _before, buffer);
            Volatile.Write(ref _bytesRead, _bytesRead + read);
            if (read > 0)
                return read;
            _ended = true;
        }
        return Take(ref _after, buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    private static int Take(ref ReadOnlyMemory<byte> from, Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, from.Length);
        from.Span[..count].CopyTo(buffer);
        from = from[count..];
        return count;
    }
}
