using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>
/// The requests that are being put together, oldest first. A plain payload joins the newest request of its signal while that has room;
/// a compressed one is a request of
/// its own. They leave in the order in which they were begun, so a trickle of one signal does not wait for a flood of another.
/// Single-threaded.
/// </summary>
/// <param name="maxRequestBytes">What a merged request may hold; one payload that is larger goes out by itself.</param>
internal sealed class SendQueue(int maxRequestBytes)
{
    private readonly Queue<ExportRequest> _requests = new();
    private readonly ExportRequest?[] _open = new ExportRequest?[OtlpSignals.Count];

    /// <summary>Payload bytes in the queue.</summary>
    public long Bytes { get; private set; }

    /// <summary>Requests in the queue.</summary>
    public int Count => _requests.Count;

    /// <summary>Payload bytes of the oldest request. The queue must not be empty.</summary>
    public int NextLength => _requests.Peek().Length;

    /// <summary>Whether the queue holds so much that reading on could not make the next request any larger.</summary>
    public bool IsFull => Bytes >= maxRequestBytes;

    /// <summary>The request that takes a payload of this size; it must be added at once.</summary>
    public ExportRequest RequestFor(OtlpSignal signal, PayloadEncoding encoding, int payloadLength)
    {
        Bytes += payloadLength;
        if (encoding != PayloadEncoding.Identity) return Begin(signal, encoding);
        if (_open[(int)signal] is { } open && open.Length + payloadLength <= maxRequestBytes) return open;
        return _open[(int)signal] = Begin(signal, encoding);
    }

    /// <summary>Takes the oldest request out.</summary>
    public ExportRequest Dequeue()
    {
        var request = _requests.Dequeue();
        Bytes -= request.Length;
        ref var open = ref _open[(int)request.Signal];
        if (ReferenceEquals(open, request)) open = null;
        return request;
    }

    /// <summary>Releases what is left; the journal still has it.</summary>
    public void Clear()
    {
        while (_requests.Count > 0) Dequeue().Dispose();
    }

    private ExportRequest Begin(OtlpSignal signal, PayloadEncoding encoding)
    {
        var request = new ExportRequest(signal, encoding);
        _requests.Enqueue(request);
        return request;
    }
}
