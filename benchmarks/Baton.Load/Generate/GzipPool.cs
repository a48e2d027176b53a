using System.IO.Compression;
using Baton.Load.Wire;

namespace Baton.Load.Generate;

/// <summary>
/// Requests compressed beforehand: packing them while measuring would cost far more than everything that is measured. They are sent
/// round and round, so ids repeat after as many requests as the pool has, and times are those of when it was built. Jobs are
/// consistent within the pool: each request completes what the one `jobLag` before it published, the first ones what the last did.
/// </summary>
internal sealed class GzipPool
{
    private readonly byte[][] _frames;
    private readonly int _jobs;
    private long _next = -1;

    public GzipPool(RequestTemplate template, IdStream ids, int size, int jobLag, TimeProvider clock)
    {
        _frames = new byte[size][];
        _jobs = template.Jobs;
        long now = UnixTime.Nanoseconds(clock);
        Parallel.For(0, size, () => template.Frame.ToArray(), (number, _, copy) =>
        {
            template.Apply(copy, ids, new Stamp(number, (number + size - jobLag % size) % size, now, Publishes: true, Completes: true));
            _frames[number] = GrpcFrame.Wrap(Pack(copy.AsSpan(GrpcFrame.PrefixLength)), compressed: true);
            return copy;
        }, _ => { });
    }

    public double AverageBytes => _frames.Average(frame => frame.Length);

    public Outgoing Next()
    {
        long number = Interlocked.Increment(ref _next);
        return new Outgoing(_frames[number % _frames.Length], number < _frames.Length ? _jobs : 0);
    }

    private static byte[] Pack(ReadOnlySpan<byte> message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(message);
        return packed.ToArray();
    }
}
