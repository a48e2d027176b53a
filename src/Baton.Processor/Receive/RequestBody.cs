using System.Buffers;
using System.IO.Pipelines;

namespace Baton.Processor.Receive;

/// <summary>How reading a body ended.</summary>
internal enum BodyEnd
{
    /// <summary>The whole body is there.</summary>
    Complete,

    /// <summary>As many bytes as were asked for are there; more may follow.</summary>
    Reached,

    /// <summary>More bytes came than are allowed.</summary>
    TooLarge,

    /// <summary>All requests in flight together hold as much as they may.</summary>
    NoMemory,

    /// <summary>The sender stopped sending.</summary>
    Stalled,

    /// <summary>The sender went away, or broke HTTP's framing.</summary>
    Broken,
}

/// <summary>
/// Reads one request's body into pooled memory. Belongs to one request at a time, and is reused.
/// <see cref="StallWatch"/> looks at its progress from another thread.
/// </summary>
internal sealed class RequestBody(Admission admission, StallWatch stalls)
{
    // Below the first size an announced length is believed; above it, only bytes make the buffer grow.
    private const int BelievedBytes = 64 << 10;
    private const int QuadrupledBelow = 1 << 20;

    private PipeReader? _reader;
    private bool _complete;
    private bool _watched;
    private int _arrived;

    /// <summary>The bytes so far.</summary>
    public PooledBytes Bytes { get; } = new(admission);

    /// <summary>The number of bytes so far; readable from any thread.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>The number of bytes when the watch last looked; the watch's own.</summary>
    public int ArrivedBefore { get; set; }

    /// <summary>Begins the body of a request.</summary>
    public void Begin(PipeReader reader)
    {
        _reader = reader;
        _complete = false;
        _arrived = 0;
    }

    /// <summary>Reads until <paramref name="until"/> bytes are there, or the end of the body.</summary>
    /// <param name="until">How many bytes are wanted at least; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="expected">The length that the sender announced; 0 when it did not.</param>
    /// <param name="limit">How many bytes are allowed.</param>
    public async ValueTask<BodyEnd> ReadAsync(int until, int expected, int limit)
    {
        try
        {
            while (!_complete && Bytes.Length < until)
            {
                var reading = _reader!.ReadAsync();
                if (!reading.IsCompleted && !_watched)
                    Watch();
                var result = await reading;
                var refused = result.IsCanceled ? BodyEnd.Stalled : Keep(result.Buffer, expected, limit);
                _reader.AdvanceTo(result.Buffer.End);
                if (refused is { } end)
                    return end;
                _complete = result.IsCompleted;
            }
            return _complete ? BodyEnd.Complete : BodyEnd.Reached;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return BodyEnd.Broken;
        }
    }

    /// <summary>Ends the watch over this body. After it returns, <see cref="GiveUp"/> is not called any more.</summary>
    /// <returns>True if the body was given up meanwhile: the reader must not be used again.</returns>
    public bool EndWatch()
    {
        if (!_watched)
            return false;
        _watched = false;
        return stalls.Remove(this);
    }

    /// <summary>Makes a pending or the next read end as stalled. Called by the watch alone, on its thread.</summary>
    public void GiveUp() => _reader!.CancelPendingRead();

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        EndWatch();
        Bytes.Release();
        _reader = null;
    }

    private void Watch()
    {
        _watched = true;
        stalls.Add(this);
    }

    private BodyEnd? Keep(in ReadOnlySequence<byte> chunk, int expected, int limit)
    {
        var length = Bytes.Length + chunk.Length;
        if (length > limit)
            return BodyEnd.TooLarge;
        if (length > Bytes.Capacity && !Bytes.TryGrow(NextCapacity((int)length, expected, limit)))
            return BodyEnd.NoMemory;
        chunk.CopyTo(Bytes.Free);
        Bytes.Advance((int)chunk.Length);
        Volatile.Write(ref _arrived, Bytes.Length);
        return null;
    }

    // Growth follows what arrived, so that a header alone cannot claim memory; an announced length only stops it from overshooting.
    private int NextCapacity(int needed, int expected, int limit)
    {
        var grown = Bytes.Capacity * (Bytes.Capacity < QuadrupledBelow ? 4L : 2L);
        var ceiling = expected > 0 ? Math.Min(expected, limit) : limit;
        var start = expected > 0 ? BelievedBytes : 0;
        return (int)Math.Max(needed, Math.Min(Math.Max(grown, start), ceiling));
    }
}
