namespace Baton.Continuity.Judge;

/// <summary>Entries lie in chunks: millions of them are never copied to make room for more, nor is room kept for twice as many.</summary>
internal sealed partial class TimingWheel
{
    private const int ChunkBits = 16;
    private const int ChunkNodes = 1 << ChunkBits;
    private const int FirstChunk = Sentinels + 1024;

    // All of ChunkNodes entries, but for the first, which grows until it has as many.
    private readonly List<Node[]> _chunks = [];

    private int Capacity => _chunks.Count == 1 ? _chunks[0].Length : _chunks.Count << ChunkBits;

    private ref Node At(int node) => ref _chunks[node >> ChunkBits][node & (ChunkNodes - 1)];

    /// <summary>Makes room for the next new entry.</summary>
    private void MakeRoom()
    {
        if (_used == Capacity)
        {
            Grow();
        }
    }

    private void Grow()
    {
        if (_chunks is [{ Length: < ChunkNodes } first])
        {
            Array.Resize(ref first, Math.Min(ChunkNodes, first.Length * 2));
            _chunks[0] = first;
            return;
        }
        _chunks.Add(new Node[ChunkNodes]);
    }
}
