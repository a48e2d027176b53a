using System.Numerics;

namespace Baton.Processor.State;

/// <summary>How one shard's memory is divided between the hash index and the log of records.</summary>
/// <remarks>
/// An eighth goes to the index: a bucket of 64 bytes holds seven keys, so when memory is full of records (7/8 ÷ 224 bytes) a bucket has 2.0 on average, and
/// three times as many keys fit before buckets overflow. The index is never written to disk; it is rebuilt from the log.
/// Nine tenths of the log may be changed in place: a job that lives shorter than it takes to fill them costs one record. Between checkpoints, that is: each one makes all of it read-only.
/// </remarks>
internal readonly record struct StoreSizing(long IndexBuckets, int MemoryBits, int EmptyPages)
{
    /// <summary>Bits of a page: 1 MiB. Part of the format, because records do not cross pages; small, so that eight of them are little memory.</summary>
    public const int PageBits = 20;

    /// <summary>Bits of a file of the log: 32 MiB, so that compaction frees disk soon.</summary>
    public const int SegmentBits = 25;

    /// <summary>The part of the log in memory that may be changed in place.</summary>
    public const double MutableFraction = 0.9;

    private const int BucketBytes = 64;
    private const int LeastPages = 8;

    // Those that FASTER keeps for reuse, and those that are made ready ahead of the tail.
    private const int PagesOutside = 6;

    /// <summary>Bytes of log in memory.</summary>
    public long LogBytes => (1L << MemoryBits) - ((long)EmptyPages << PageBits);

    /// <summary>Bytes of the index, overflowing buckets not counted.</summary>
    public long IndexBytes => IndexBuckets * BucketBytes;

    /// <summary>Divides a shard's memory.</summary>
    /// <param name="memoryBytes">All of it.</param>
    /// <param name="leastIndexBuckets">
    /// The index that the directory has had before. It may grow, not shrink: records that lay in two buckets are not linked to each other, and in one bucket only the newer would be found.
    /// </param>
    public static StoreSizing Of(long memoryBytes, long leastIndexBuckets = 0)
    {
        // The index must be a power of two; what rounding leaves goes to the log.
        var index = Math.Max(Math.Max(1L << 16, leastIndexBuckets * BucketBytes), (long)BitOperations.RoundUpToPowerOf2((ulong)(memoryBytes / 8 + 1)) / 2);
        var pages = Math.Max(LeastPages, (memoryBytes - index) >> PageBits);
        // So must the ring of the log's pages be. Some of it stays empty, if memory is not scarce: only then FASTER lets go of a page that compaction has freed, and has a few pages outside of the ring.
        var ring = (long)BitOperations.RoundUpToPowerOf2((ulong)pages);
        if (ring > pages && pages - PagesOutside <= ring / 2) ring /= 2;
        var used = ring > LeastPages ? Math.Min(ring - 1, pages - PagesOutside) : ring;
        return new StoreSizing(index / BucketBytes, BitOperations.Log2((ulong)ring) + PageBits, (int)(ring - used));
    }
}
