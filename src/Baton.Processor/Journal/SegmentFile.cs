namespace Baton.Processor.Journal;

/// <summary>A segment's file, read by position, with patience for a disk that fails.</summary>
internal sealed class SegmentFile(Segment segment, IDiskFile file) : IDisposable
{
    private const int Attempts = 3;
    private const int Page = 4096;

    /// <summary>Why the last read gave nothing; null when it did not fail.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether any read has failed for good.</summary>
    public bool HadErrors { get; private set; }

    /// <summary>The position where the file itself ends, whatever the segment should hold.</summary>
    public long End
    {
        get
        {
            try
            {
                return segment.Base + file.Length - SegmentHeader.Size;
            }
            catch (IOException)
            {
                return long.MaxValue;
            }
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Reads until the buffer or the file ends; nothing when the disk refuses.</summary>
    public int Read(Span<byte> target, long position)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                LastError = null;
                return file.Read(target, segment.OffsetOf(position));
            }
            catch (IOException e)
            {
                LastError = e.Message;
                if (attempt < Attempts) continue;
                HadErrors = true;
                return 0;
            }
        }
    }

    /// <summary>Fills the buffer, with zeros for those pages that cannot be read: they must not hide the others.</summary>
    public void ReadWhatCanBeRead(Span<byte> target, long position)
    {
        if (Read(target, position) == target.Length) return;
        target.Clear();
        for (var offset = 0; offset < target.Length; offset += Page)
        {
            Read(target[offset..Math.Min(offset + Page, target.Length)], position + offset);
        }
    }
}
