namespace Baton.Testing.Disk;

/// <summary>The bytes of a file: as every process sees them, and as they would be found after a loss of power. Guarded by the disk.</summary>
internal sealed class SimulatedInode
{
    private const int Sector = 512;

    // Changes since the last sync, in order; a cut has no bytes.
    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _durable = [];
    private byte[] _bytes = [];

    public long Length { get; private set; }

    public Span<byte> Bytes => _bytes.AsSpan(0, (int)Length);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return;
        _unsynced.Add((offset, bytes.ToArray()));
        Apply(offset, bytes);
    }

    public void Truncate(long length)
    {
        _unsynced.Add((length, null));
        SetLength(length);
    }

    public void Sync()
    {
        _durable = Bytes.ToArray();
        _unsynced.Clear();
    }

    /// <summary>The file as a process finds it that starts after another has died.</summary>
    public SimulatedInode Copy()
    {
        var copy = new SimulatedInode { _durable = _durable, _bytes = Bytes.ToArray(), Length = Length };
        copy._unsynced.AddRange(_unsynced);
        return copy;
    }

    /// <summary>The file after a loss of power: of what was not synced, any sectors may be there, in any combination.</summary>
    public SimulatedInode AfterPowerLoss(Random random)
    {
        var copy = new SimulatedInode { _bytes = [.. _durable], Length = _durable.Length };
        // Nothing, everything, or some: the extremes are worth as many tries as all that lies between.
        var chance = random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => random.NextDouble() };
        foreach (var (offset, bytes) in _unsynced)
        {
            if (bytes is null)
            {
                if (random.NextDouble() < chance) copy.SetLength(offset);
                continue;
            }
            for (var at = 0; at < bytes.Length;)
            {
                var end = Math.Min(bytes.Length, (int)((offset + at) / Sector * Sector + Sector - offset));
                if (random.NextDouble() < chance) copy.Apply(offset + at, bytes.AsSpan(at..end));
                at = end;
            }
        }
        copy.Sync();
        return copy;
    }

    private void Apply(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > Length) SetLength(offset + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan((int)offset));
    }

    private void SetLength(long length)
    {
        if (length > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
        if (length < Length) _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
        Length = length;
    }
}
