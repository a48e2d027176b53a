namespace Baton.Load.Sink;

/// <summary>What arrived at the sink since it started.</summary>
/// <param name="Spans">Spans in decodable trace requests.</param>
/// <param name="Requests">Requests of every signal.</param>
/// <param name="Bytes">Bytes of the bodies as they came.</param>
/// <param name="Malformed">Requests that could not be walked.</param>
internal sealed record SinkCounts(long Spans, long Requests, long Bytes, long Malformed);

/// <summary>Counts from many requests at once.</summary>
internal sealed class SpanTally
{
    private long _spans;
    private long _requests;
    private long _bytes;
    private long _malformed;

    public SinkCounts Read() => new(
        Interlocked.Read(ref _spans), Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes), Interlocked.Read(ref _malformed));

    /// <param name="spans">Spans of the request; -1 for one that could not be walked.</param>
    /// <param name="bytes">Bytes of its body as it came.</param>
    public void Add(int spans, int bytes)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, bytes);
        if (spans >= 0) Interlocked.Add(ref _spans, spans);
        else Interlocked.Increment(ref _malformed);
    }
}
