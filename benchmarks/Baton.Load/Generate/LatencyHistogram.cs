using System.Numerics;

namespace Baton.Load.Generate;

/// <summary>
/// Counts latencies in buckets whose width grows with the value: 64 to a power of two, so that a quantile is at most 1.6 % off.
/// Not thread-safe: every call slot has its own, and they are merged at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int Sub = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits + 1) * Sub];
    private long _total;

    /// <summary>In nanoseconds.</summary>
    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        long value = Math.Max(0, nanoseconds);
        _counts[Bucket(value)]++;
        _total++;
        Max = Math.Max(Max, value);
    }

    public void Merge(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        _total += other._total;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The value, in nanoseconds, that a share of those recorded does not exceed; 0 where none was.</summary>
    public long Quantile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(share * _total));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted) return Math.Min(Max, HighestIn(bucket));
        }

        return 0;
    }

    private static int Bucket(long value)
    {
        int shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value) - SubBits);
        return shift * Sub + (int)(value >> shift);
    }

    private static long HighestIn(int bucket)
    {
        int shift = Math.Max(0, bucket / Sub - 1);
        long lowest = (long)(bucket - shift * Sub) << shift;
        return lowest + (1L << shift) - 1;
    }
}
