using System.Buffers;
using System.Numerics;

namespace Baton.Processor;

/// <summary>
/// Arrays for request bodies and for the journal's groups. The framework's shared pool keeps an array of each size with every thread that gave one back, where no other thread finds it; a body is rented on one thread and given
/// back on another, so that large arrays lay about while new ones were allocated. These are everybody's, and the last that came back goes out first: it is still in the processor's cache. Any thread.
/// </summary>
/// <remarks>A lock, nearly always free, for each call: some per request. Arrays below <see cref="SmallestBytes"/> and above <see cref="LargestBytes"/> are the shared pool's.</remarks>
internal sealed class LargeArrayPool : ArrayPool<byte>
{
    /// <summary>The smallest array that is kept here.</summary>
    public const int SmallestBytes = 64 << 10;

    /// <summary>The largest array that is kept here: twice a group of the journal.</summary>
    public const int LargestBytes = 8 << 20;

    /// <summary>Bytes of one size that are kept while nobody uses them: as much as the readers of the journal give back at once when they have caught up.</summary>
    public const int MaxKeptBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]>[] _kept;

    /// <summary>An empty pool.</summary>
    public LargeArrayPool()
    {
        _kept = new Stack<byte[]>[ClassOf(LargestBytes) + 1];
        for (var i = 0; i < _kept.Length; i++) _kept[i] = new Stack<byte[]>();
    }

    /// <summary>The pool of the process.</summary>
    public static new LargeArrayPool Shared { get; } = new();

    /// <inheritdoc/>
    public override byte[] Rent(int minimumLength)
    {
        if (minimumLength is <= SmallestBytes / 2 or > LargestBytes) return ArrayPool<byte>.Shared.Rent(minimumLength);
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)minimumLength);
        lock (_gate)
        {
            if (_kept[ClassOf(length)].TryPop(out var array)) return array;
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <inheritdoc/>
    public override void Return(byte[] array, bool clearArray = false)
    {
        if (array.Length is < SmallestBytes or > LargestBytes)
        {
            ArrayPool<byte>.Shared.Return(array, clearArray);
            return;
        }
        if (!BitOperations.IsPow2(array.Length)) throw new ArgumentException($"An array of {array.Length} bytes is not of this pool.", nameof(array));
        if (clearArray) Array.Clear(array);
        lock (_gate)
        {
            var kept = _kept[ClassOf(array.Length)];
            if (kept.Count < MaxKeptBytes / array.Length) kept.Push(array);
        }
    }

    private static int ClassOf(int length) => BitOperations.Log2((uint)length) - BitOperations.Log2(SmallestBytes);
}
