namespace Baton.Processor.Receive;

/// <summary>
/// A growing run of bytes in a pooled array, reserved in a <see cref="Admission"/>. One owner, one thread at a time;
/// reused for request after request. <see cref="Written"/> is valid until the next growth or <see cref="Release"/>.
/// </summary>
internal sealed class PooledBytes(Admission admission)
{
    // The pool hands out powers of two from 16 bytes; a smaller first array would soon be copied.
    private const int SmallestArray = 4096;

    private byte[] _array = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that fit before it must grow.</summary>
    public int Capacity => _array.Length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Room behind what was written; say how much was used with <see cref="Advance"/>.</summary>
    public Span<byte> Free => _array.AsSpan(Length);

    /// <summary>Makes the first bytes of <see cref="Free"/> part of <see cref="Written"/>.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets everything from <paramref name="length"/> on.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Grows to at least <paramref name="capacity"/> bytes; false, and unchanged, when there is no room.</summary>
    public bool TryGrow(int capacity)
    {
        if (capacity <= _array.Length)
            return true;
        // The old array counts until its bytes are copied: both are there at that moment.
        var larger = LargeArrayPool.Shared.Rent(Math.Max(capacity, SmallestArray));
        if (!admission.TryReserve(larger.Length))
        {
            LargeArrayPool.Shared.Return(larger);
            return false;
        }
        _array.AsSpan(0, Length).CopyTo(larger);
        ReturnArray();
        _array = larger;
        return true;
    }

    /// <summary>Gives the array back; the bytes are gone.</summary>
    public void Release()
    {
        ReturnArray();
        _array = [];
        Length = 0;
    }

    private void ReturnArray()
    {
        if (_array.Length == 0)
            return;
        admission.Release(_array.Length);
        LargeArrayPool.Shared.Return(_array);
    }
}
