using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

/// <summary>
/// A span's record, read in place: the bytes belong to the journal entry, and nothing is copied until state keeps it.
/// The writer is Baton itself and the journal's CRC guards the bytes, so lengths are trusted here.
/// </summary>
/// <param name="record">One whole record of kind <see cref="EventKind.Span"/>, its header included.</param>
public readonly ref struct SpanEvent(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;

    /// <summary>The fixed part.</summary>
    public ref readonly SpanEventHeader Header => ref MemoryMarshal.AsRef<SpanEventHeader>(_record);

    /// <summary>The whole record, as it stands in the journal.</summary>
    public ReadOnlySpan<byte> Record => _record;

    /// <summary>The given conditions that the span meets.</summary>
    public ReadOnlySpan<RelayRole> Roles =>
        MemoryMarshal.Cast<byte, RelayRole>(_record.Slice(Unsafe.SizeOf<SpanEventHeader>(), Header.RoleCount * Unsafe.SizeOf<RelayRole>()));

    /// <summary>The valid links, in the span's order.</summary>
    public ReadOnlySpan<LinkTarget> Links =>
        MemoryMarshal.Cast<byte, LinkTarget>(_record.Slice(LinksOffset, Header.LinkCount * Unsafe.SizeOf<LinkTarget>()));

    /// <summary>The bytes of all texts.</summary>
    public ReadOnlySpan<byte> TextBytes => _record[(LinksOffset + Header.LinkCount * Unsafe.SizeOf<LinkTarget>())..];

    /// <summary>The texts, in the order they were written.</summary>
    public EventTexts Texts => new(TextBytes, Header.TextCount);

    /// <summary>
    /// The texts that name where the span sent to or took from (system, destination, routing key), as they lie: equal bytes are an equal place.
    /// They stand first among the texts.
    /// </summary>
    public ReadOnlySpan<byte> DestinationTexts
    {
        get
        {
            var texts = TextBytes;
            var length = 0;
            for (var i = 0; i < Header.TextCount; i++)
            {
                var text = MemoryMarshal.Read<EventText>(texts[length..]);
                if (text.Kind > TextKind.RoutingKey)
                {
                    break;
                }
                length += Unsafe.SizeOf<EventText>() + text.Length;
            }
            return texts[..length];
        }
    }

    /// <summary>The job ids, as they lie: texts of kind <see cref="TextKind.JobId"/>. They stand last among the texts.</summary>
    public ReadOnlySpan<byte> JobIdBytes
    {
        get
        {
            var texts = TextBytes;
            for (var left = Header.TextCount; left > 0; left--)
            {
                var text = MemoryMarshal.Read<EventText>(texts);
                if (text.Kind == TextKind.JobId)
                {
                    return texts;
                }
                texts = texts[(Unsafe.SizeOf<EventText>() + text.Length)..];
            }
            return default;
        }
    }

    /// <summary>The name of the destination, hashed; 0 where the span gives none.</summary>
    public ulong DestinationName => Text(TextKind.Destination) is { IsEmpty: false } name ? XxHash3.HashToUInt64(name) : 0;

    private int LinksOffset => Unsafe.SizeOf<SpanEventHeader>() + Header.RoleCount * Unsafe.SizeOf<RelayRole>();

    /// <summary>The first text of a kind, or an empty span.</summary>
    /// <param name="kind">What to look for.</param>
    public ReadOnlySpan<byte> Text(TextKind kind) => Texts.Find(kind);

    /// <summary>The first text of a kind and an index, or an empty span.</summary>
    /// <param name="kind">What to look for.</param>
    /// <param name="index">Which one.</param>
    public ReadOnlySpan<byte> Text(TextKind kind, int index) => Texts.Find(kind, index);
}

/// <summary>A resource's record, read in place.</summary>
/// <param name="record">One whole record of kind <see cref="EventKind.Resource"/>, its header included.</param>
public readonly ref struct ResourceEvent(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;

    /// <summary>The fixed part.</summary>
    public ref readonly ResourceEventHeader Header => ref MemoryMarshal.AsRef<ResourceEventHeader>(_record);

    /// <summary>The names, in the order of <see cref="TextKind"/>.</summary>
    public EventTexts Texts => new(TextBytes, Header.TextCount);

    /// <summary>The bytes of all texts: equal bytes are an equal resource.</summary>
    public ReadOnlySpan<byte> TextBytes => _record[Unsafe.SizeOf<ResourceEventHeader>()..];
}

/// <summary>Walks the texts at the end of a record.</summary>
public ref struct EventTexts
{
    private ReadOnlySpan<byte> _rest;
    private int _left;

    internal EventTexts(ReadOnlySpan<byte> texts, int count)
    {
        _rest = texts;
        _left = count;
    }

    /// <summary>The head of the current text.</summary>
    public EventText Current { get; private set; }

    /// <summary>The bytes of the current text.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next text.</summary>
    /// <returns>False after the last.</returns>
    public bool MoveNext()
    {
        if (_left-- <= 0)
        {
            return false;
        }
        Current = MemoryMarshal.Read<EventText>(_rest);
        Value = _rest.Slice(Unsafe.SizeOf<EventText>(), Current.Length);
        _rest = _rest[(Unsafe.SizeOf<EventText>() + Current.Length)..];
        return true;
    }

    /// <summary>The first text of a kind, or an empty span.</summary>
    /// <param name="kind">What to look for.</param>
    /// <param name="index">Which one, for kinds that come more than once; -1 for the first.</param>
    public readonly ReadOnlySpan<byte> Find(TextKind kind, int index = -1)
    {
        var walk = this;
        while (walk.MoveNext())
        {
            if (walk.Current.Kind == kind && (index < 0 || walk.Current.Index == index))
            {
                return walk.Value;
            }
        }
        return default;
    }
}

/// <summary>Walks the records of an event section.</summary>
/// <param name="section">The event section of one journal entry.</param>
public ref struct EventReader(ReadOnlySpan<byte> section)
{
    private ReadOnlySpan<byte> _rest = section;

    /// <summary>The current record's kind.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>The current record, its header included.</summary>
    public ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>Moves to the next record.</summary>
    /// <returns>False after the last.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }
        var header = MemoryMarshal.Read<EventHeader>(_rest);
        Kind = header.Kind;
        Record = _rest[..(int)header.Length];
        _rest = _rest[(int)header.Length..];
        return true;
    }
}
