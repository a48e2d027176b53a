using System.Buffers;

namespace Baton.Processor.Journal;

/// <summary>
/// One or more whole, verified entries in one pooled buffer, counted by references: each holder disposes once, and the last one returns the buffer. A block may end within a group.
/// </summary>
public sealed class JournalBlock : IDisposable
{
    private readonly ArrayPool<byte> _pool;
    private readonly byte[] _buffer;
    private readonly int[] _offsets;
    private int _references = 1;

    /// <param name="pool">Where the buffer goes back to.</param>
    /// <param name="buffer">The frames, one after another.</param>
    /// <param name="offsets">Where each begins; of the shared pool.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="length">Bytes of all frames.</param>
    internal JournalBlock(ArrayPool<byte> pool, byte[] buffer, int[] offsets, int count, int length)
    {
        _pool = pool;
        _buffer = buffer;
        _offsets = offsets;
        Count = count;
        Length = length;
        Position = FrameHeader.Read(buffer).Position;
    }

    /// <summary>How many entries the block holds; at least one.</summary>
    public int Count { get; }

    /// <summary>Where the first entry begins.</summary>
    internal long Position { get; }

    /// <summary>Bytes of all entries, as they stand in the journal.</summary>
    internal int Length { get; }

    /// <summary>The entry at an index below <see cref="Count"/>, in the journal's order.</summary>
    public JournalEntry this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) <= 0, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var offset = _offsets[index];
            var header = FrameHeader.Read(_buffer.AsSpan(offset));
            return new JournalEntry(header, _buffer.AsMemory(offset + FrameHeader.Size, (int)header.BodyLength));
        }
    }

    /// <summary>Adds a holder, who must dispose too. Only a present holder may call it.</summary>
    public void AddRef()
    {
        var before = Interlocked.Increment(ref _references) - 1;
        ObjectDisposedException.ThrowIf(before <= 0, this);
    }

    /// <summary>Gives up one reference.</summary>
    public void Dispose()
    {
        var left = Interlocked.Decrement(ref _references);
        ObjectDisposedException.ThrowIf(left < 0, this);
        if (left > 0) return;
        _pool.Return(_buffer);
        ArrayPool<int>.Shared.Return(_offsets);
    }
}
