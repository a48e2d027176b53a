using System.Buffers;
using System.Numerics;

namespace Baton.Testing;

/// <summary>
/// A pool for tests of shared buffers: what is returned is overwritten and never handed out again, so that whoever still reads it sees the poison, and whoever still writes it is found by <see cref="Check"/>.
/// Any thread.
/// </summary>
public sealed class PoisoningPool : ArrayPool<byte>
{
    /// <summary>What returned buffers are full of.</summary>
    public const byte Poison = 0xDB;

    private readonly Lock _gate = new();
    private readonly HashSet<byte[]> _out = [];
    private readonly List<byte[]> _returned = [];

    /// <summary>Buffers that are out.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate) return _out.Count;
        }
    }

    /// <summary>Buffers that were ever handed out.</summary>
    public int Rented
    {
        get
        {
            lock (_gate) return _out.Count + _returned.Count;
        }
    }

    /// <inheritdoc/>
    public override byte[] Rent(int minimumLength)
    {
        var array = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(minimumLength, 16))];
        lock (_gate) _out.Add(array);
        return array;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The buffer is not out: it was returned twice, or never rented here.</exception>
    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_gate)
        {
            if (!_out.Remove(array)) throw new InvalidOperationException("A buffer is returned that is not out.");
            array.AsSpan().Fill(Poison);
            _returned.Add(array);
        }
    }

    /// <summary>Throws if a buffer has been written to after it was returned.</summary>
    /// <exception cref="InvalidOperationException">One has.</exception>
    public void Check()
    {
        lock (_gate)
        {
            if (_returned.Any(array => array.AsSpan().ContainsAnyExcept(Poison))) throw new InvalidOperationException("A buffer was written to after it had been returned.");
        }
    }
}
