namespace Baton.Processor.Journal;

/// <summary>One file of the journal: which positions it holds.</summary>
internal sealed class Segment(string path, long basePosition, long firstSequence)
{
    private long _end = long.MaxValue;
    private long _endSequence = -1;
    private long _fileBytes;

    public string Path { get; } = path;

    /// <summary>The position of the first frame.</summary>
    public long Base { get; } = basePosition;

    /// <summary>The sequence of the first entry; -1 when the header that stated it was damaged.</summary>
    public long FirstSequence { get; } = firstSequence;

    /// <summary>Where the last frame ends. While the segment is being written to, there is no end but the journal's tail.</summary>
    /// <remarks>A reader must read the tail first, then the end: the other way round it could take a tail that lies in the next segment for one in this.</remarks>
    public long End => Volatile.Read(ref _end);

    /// <summary>The sequence that follows the last entry; -1 when it is not known.</summary>
    public long EndSequence => Volatile.Read(ref _endSequence);

    /// <summary>The file's length once it is sealed.</summary>
    public long FileBytes => Volatile.Read(ref _fileBytes);

    /// <summary>Where in the file a position is.</summary>
    public long OffsetOf(long position) => SegmentHeader.Size + (position - Base);

    /// <summary>States where the segment ends. Nothing is written to it any more.</summary>
    public void Seal(long end, long endSequence, long fileBytes)
    {
        Volatile.Write(ref _fileBytes, fileBytes);
        Volatile.Write(ref _endSequence, endSequence);
        Volatile.Write(ref _end, end);
    }
}
