namespace Baton.Processor.Journal;

/// <summary>One entry as read back. Its memory belongs to the block.</summary>
public readonly struct JournalEntry
{
    private readonly FrameHeader _header;

    internal JournalEntry(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        _header = header;
        Events = body[..header.EventsLength];
        Payload = body[header.EventsLength..];
    }

    /// <summary>Where the entry begins.</summary>
    public long Position => _header.Position;

    /// <summary>Where the next entry begins: what a cursor saves when it has done with this one.</summary>
    public long NextPosition => _header.NextPosition;

    internal long Sequence => _header.Sequence;

    /// <summary>When the entry's group was formed, in Unix nanoseconds. Never less than the entry's before.</summary>
    public long ArrivalUnixNanos => _header.ArrivalUnixNanos;

    /// <summary>What the entry holds.</summary>
    public EntryKind Kind => _header.Kind;

    /// <summary>How the payload is compressed.</summary>
    public PayloadEncoding Encoding => _header.Encoding;

    /// <summary>How many spans the payload holds, as the appender stated.</summary>
    public int SpanCount => _header.SpanCount;

    /// <summary>Whether the entry is the last of those that were written together: an epoch of the watch leg ends with it.</summary>
    public bool EndOfGroup => _header.EndOfGroup;

    /// <summary>The handoff events found in the payload.</summary>
    public ReadOnlyMemory<byte> Events { get; }

    /// <summary>The request's bytes as received.</summary>
    public ReadOnlyMemory<byte> Payload { get; }
}
