using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Baton.Processor.Receive;

/// <summary>
/// The memory that Kestrel reads into. Its own blocks are of 4 KiB, so a request of 160 KiB takes forty system calls and forty links in each of the three queues that it passes; these are of 32 KiB,
/// two HTTP/2 frames. Large blocks for whoever is busy, small ones as soon as many are out: ten thousand connections that hold a few bytes each must not hold 32 KiB each.
/// </summary>
/// <remarks>One pool for all servers of the process. Blocks are pinned once and kept, up to the number of large ones; the arrays of small ones are the shared pool's.</remarks>
internal sealed class ReceiveMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a large block.</summary>
    public const int LargeBytes = 32 << 10;

    /// <summary>Bytes of a small block: what Kestrel asks for at least.</summary>
    public const int SmallBytes = 4 << 10;

    /// <summary>Large blocks that are out at once at most: 16 MiB, some fifty requests of ordinary size on their way through.</summary>
    public const int MaxLarge = 512;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _large;

    /// <summary>The pool of the process.</summary>
    public static new ReceiveMemory Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => LargeBytes;

    /// <summary>Large blocks that are out now.</summary>
    public int LargeBlocks => Volatile.Read(ref _large);

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBytes);
        if (Interlocked.Increment(ref _large) > MaxLarge && minBufferSize <= SmallBytes)
        {
            Interlocked.Decrement(ref _large);
            return MemoryPool<byte>.Shared.Rent(SmallBytes);
        }
        if (!_free.TryDequeue(out var block)) block = new Block(this);
        block.IsOut = true;
        return block;
    }

    // The pool lives as long as the process: servers come and go, and each disposes what it was given.
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        Interlocked.Decrement(ref _large);
        _free.Enqueue(block);
    }

    /// <summary>A block, kept with its array from one use to the next.</summary>
    private sealed class Block(ReceiveMemory pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(LargeBytes, pinned: true);

        public bool IsOut { get; set; }

        public void Dispose()
        {
            if (!IsOut) return;
            IsOut = false;
            pool.Return(this);
        }
    }
}
