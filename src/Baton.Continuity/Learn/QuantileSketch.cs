using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Learn;

/// <summary>
/// Quantiles of durations with a bounded relative error, in bounded room: counts in buckets whose widths grow with what they hold.
/// The sum of two sketches is the sketch of all that went into either, in whatever order it came.
/// </summary>
/// <remarks>
/// DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", PVLDB 12(12), 2019),
/// with the logarithm taken by linear interpolation between powers of two, as the paper proposes for speed: indices are shifts of whole
/// numbers, the same on every machine. Each doubling has 64 buckets, so that a bucket's middle is off by less than 1/128 (0.8 %) of any value in it.
/// Between 2^20 ns (1.05 ms) and 2^52 ns (52 days) there are 2,048 buckets, of which those that are not empty are kept, 6 bytes each;
/// a duration beyond either end counts as that end.
/// </remarks>
public sealed class QuantileSketch
{
    /// <summary>The largest error of a quantile, as a share of the true value, for durations within the range.</summary>
    public const double RelativeError = 1.0 / (2 * PerDoubling);

    /// <summary>The shortest duration that is told from shorter ones, nanoseconds.</summary>
    public const long Shortest = 1L << LowestExponent;

    /// <summary>The duration from which on longer ones are not told apart, nanoseconds.</summary>
    public const long Longest = 1L << HighestExponent;

    private const int SubBits = 6;
    private const int PerDoubling = 1 << SubBits;
    private const int LowestExponent = 20;
    private const int HighestExponent = 52;

    // In order of index; none is empty.
    private readonly List<Bucket> _buckets = [];

    /// <summary>How many durations went in.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a duration.</summary>
    /// <param name="nanos">Nanoseconds.</param>
    public void Add(long nanos) => Add(IndexOf(nanos), 1);

    /// <summary>Adds all that another sketch holds.</summary>
    public void Merge(QuantileSketch other)
    {
        foreach (var bucket in CollectionsMarshal.AsSpan(other._buckets))
        {
            Add(bucket.Index, bucket.Count);
        }
    }

    /// <summary>The duration of a rank: of n durations in ascending order the one at quantile × (n − 1), counted from 0, rounded down.</summary>
    /// <param name="quantile">0 to 1.</param>
    /// <returns>Nanoseconds; 0 if nothing went in.</returns>
    public long Quantile(double quantile)
    {
        var rank = (long)(quantile * (Count - 1));
        foreach (var bucket in CollectionsMarshal.AsSpan(_buckets))
        {
            rank -= bucket.Count;
            if (rank < 0)
            {
                return MiddleOf(bucket.Index);
            }
        }
        return 0;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _buckets.Clear();
        Count = 0;
    }

    /// <summary>Writes what <see cref="ReadFrom"/> reads.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(MemoryMarshal.AsBytes([_buckets.Count]));
        output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_buckets)));
    }

    /// <summary>Adds what a sketch wrote.</summary>
    public void ReadFrom(ref ReadOnlySpan<byte> input)
    {
        var count = MemoryMarshal.Read<int>(input);
        input = input[sizeof(int)..];
        foreach (ref readonly var bucket in MemoryMarshal.Cast<byte, Bucket>(input[..(count * Unsafe.SizeOf<Bucket>())]))
        {
            Add(bucket.Index, bucket.Count);
        }
        input = input[(count * Unsafe.SizeOf<Bucket>())..];
    }

    private static ushort IndexOf(long nanos)
    {
        var value = Math.Clamp(nanos, Shortest, Longest - 1);
        var exponent = BitOperations.Log2((ulong)value);
        return (ushort)(((exponent - LowestExponent) << SubBits) + (int)((value >> (exponent - SubBits)) & (PerDoubling - 1)));
    }

    private static long MiddleOf(ushort index)
    {
        var width = 1L << ((index >> SubBits) + LowestExponent - SubBits);
        return (PerDoubling + (index & (PerDoubling - 1))) * width + width / 2;
    }

    private void Add(ushort index, uint count)
    {
        var buckets = CollectionsMarshal.AsSpan(_buckets);
        var place = buckets.BinarySearch(new Bucket { Index = index });
        if (place < 0)
        {
            _buckets.Insert(~place, new Bucket { Index = index, Count = count });
        }
        else
        {
            buckets[place].Count += count;
        }
        Count += count;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Bucket : IComparable<Bucket>
    {
        public ushort Index;
        public uint Count;

        public readonly int CompareTo(Bucket other) => Index.CompareTo(other.Index);
    }
}
