namespace Baton.Testing.Disk;

/// <summary>The bytes of a file: as every process sees them, and as they would be found after a loss of power. Guarded by the disk.</summary>
internal sealed class SimulatedInode
{
    private const int Sector = 512;

    // Changes since the last sync, in order; a cut has no bytes.
    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private readonly ByteImage _durable = new();
    private readonly ByteImage _current = new();

    public long Length => _current.Length;

    public Span<byte> Bytes => _current.Bytes;

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return;
        _unsynced.Add((offset, bytes.ToArray()));
        _current.Write(offset, bytes);
    }

    public void Truncate(long length)
    {
        _unsynced.Add((length, null));
        _current.SetLength(length);
    }

    public void Sync()
    {
        foreach (var (offset, bytes) in _unsynced)
        {
            if (bytes is null) _durable.SetLength(offset);
            else _durable.Write(offset, bytes);
        }
        _unsynced.Clear();
    }

    /// <summary>A sync that fails, as Linux has it: the pages count as clean from then on, and later syncs pass them over.</summary>
    public void FailToSync() => _unsynced.Clear();

    /// <summary>The file as a process finds it that starts after another has died.</summary>
    public SimulatedInode Copy()
    {
        var copy = new SimulatedInode();
        copy._durable.Write(0, _durable.Bytes);
        copy._current.Write(0, _current.Bytes);
        copy._unsynced.AddRange(_unsynced);
        return copy;
    }

    /// <summary>The file after a loss of power: of what was not synced, any sectors may be there, in any combination.</summary>
    public SimulatedInode AfterPowerLoss(Random random)
    {
        var left = new SimulatedInode();
        left._durable.Write(0, _durable.Bytes);
        // Nothing, everything, or some: the extremes are worth as many tries as all that lies between.
        var chance = random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => random.NextDouble() };
        foreach (var (offset, bytes) in _unsynced)
        {
            if (bytes is null)
            {
                if (random.NextDouble() < chance) left._durable.SetLength(offset);
                continue;
            }
            for (var at = 0; at < bytes.Length;)
            {
                var end = Math.Min(bytes.Length, (int)((offset + at) / Sector * Sector + Sector - offset));
                if (random.NextDouble() < chance) left._durable.Write(offset + at, bytes.AsSpan(at..end));
                at = end;
            }
        }
        left._current.Write(0, left._durable.Bytes);
        return left;
    }

    private sealed class ByteImage
    {
        private byte[] _bytes = [];

        public long Length { get; private set; }

        public Span<byte> Bytes => _bytes.AsSpan(0, (int)Length);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (offset + bytes.Length > Length) SetLength(offset + bytes.Length);
            bytes.CopyTo(_bytes.AsSpan((int)offset));
        }

        public void SetLength(long length)
        {
            if (length > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
            if (length < Length) _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
            Length = length;
        }
    }
}
