using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What one key is told: a span of its own, or what a decision on another key sends it.</summary>
internal enum MessageKind : byte
{
    /// <summary>A span of this trace.</summary>
    Span,

    /// <summary>A span, here or elsewhere, with a link to a context of this trace (<see cref="Message.Target"/>).</summary>
    LinkedSpan,

    /// <summary>A consumer-side span of this trace was tied to a handoff of another trace.</summary>
    Tie,

    /// <summary>A span of another trace, tied there to a handoff of this one.</summary>
    Consume,

    /// <summary>A verdict of Baton's own came back from the journal.</summary>
    Verdict,

    /// <summary>To a job id: what became of a handoff that was published with it (<see cref="Message.Candidate"/>).</summary>
    Candidate,

    /// <summary>To a job id: a span without context asks for its producer.</summary>
    Ask,

    /// <summary>
    /// A span without context waits to ask: to its job ids, and from there to the handoffs that it may belong to
    /// (<see cref="Message.Target"/>), whose deadlines wait with it.
    /// </summary>
    Hold,

    /// <summary>To the trace of a span that asked: the handoff that it belongs to; none, if its span id is zero.</summary>
    Offer,

    /// <summary>A sign of life: of a resource in this trace, or in another of which this one's handoff (<see cref="Message.Target"/>) is running.</summary>
    Beat,
}

/// <summary>
/// A message to a key. Its order is (position, span index, hop): what it follows from in the journal, and how often it was passed on.
/// The record's bytes belong to an arena of the epoch.
/// </summary>
internal struct Message
{
    public MessageKind Kind;
    public Match Match;
    public ushort Relay;
    public int SpanIndex;
    public int Hop;

    /// <summary>Of several messages of one step, the order in which they were sent.</summary>
    public int Step;
    public TraceId Key;
    public long Position;
    public long Arrival;
    public ulong Resource;
    public ulong Channel;

    /// <summary>The context or the handoff that is meant.</summary>
    public SpanId Target;

    /// <summary>For a tie: the consumer-side span, its handoff's trace, and when it may be forgotten.</summary>
    public SpanId Consumer;
    public TraceId TargetTrace;
    public long Until;
    public ArraySegment<byte> Record;

    /// <summary>For what job ids are told and asked: the handoff, and which of the span's job ids this is.</summary>
    public Candidate Candidate;
    public int Place;

    public static readonly Comparison<Message> InOrder = static (a, b) =>
    {
        var order = a.Position.CompareTo(b.Position);
        order = order != 0 ? order : a.SpanIndex.CompareTo(b.SpanIndex);
        order = order != 0 ? order : a.Hop.CompareTo(b.Hop);
        order = order != 0 ? order : a.Kind.CompareTo(b.Kind);
        order = order != 0 ? order : a.Target.Value.CompareTo(b.Target.Value);
        return order != 0 ? order : a.Step.CompareTo(b.Step);
    };

    /// <summary>Sorts messages. What comes from the journal alone is in order, as most rounds' messages are: messages are large, and not moved without need.</summary>
    public static void Sort(Span<Message> messages)
    {
        for (var i = 1; i < messages.Length; i++)
        {
            if (InOrder(messages[i - 1], messages[i]) > 0)
            {
                messages.Sort(InOrder);
                return;
            }
        }
    }

    public readonly SpanEvent Span => new(Record);
}

/// <summary>Bytes that live as long as an epoch. Grows by chunks, so that what was handed out stays where it is; the chunks are used again in the next.</summary>
internal sealed class Arena
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Chunks that stay when an epoch ends: 4 MiB.</summary>
    private const int MostKept = 64;

    private readonly List<byte[]> _chunks = [new byte[ChunkSize]];
    private int _chunk;
    private int _used;

    public ArraySegment<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ChunkSize)
        {
            return bytes.ToArray();
        }
        if (_used + bytes.Length > ChunkSize)
        {
            _used = 0;
            if (++_chunk == _chunks.Count)
            {
                _chunks.Add(new byte[ChunkSize]);
            }
        }
        var copy = new ArraySegment<byte>(_chunks[_chunk], _used, bytes.Length);
        bytes.CopyTo(copy);
        _used += bytes.Length;
        return copy;
    }

    public void Clear()
    {
        (_chunk, _used) = (0, 0);
        if (_chunks.Count > MostKept)
        {
            _chunks.RemoveRange(MostKept, _chunks.Count - MostKept);
        }
    }
}
