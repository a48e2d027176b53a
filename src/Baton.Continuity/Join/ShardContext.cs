using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Judge;
using Baton.Continuity.Learn;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Join;

/// <summary>
/// What a shard's decisions read and what they give out. What is shared between shards (names, channels, sight, what relays have shown)
/// is only read within a round; what is given out is collected here and merged by the engine, in an order of its own.
/// </summary>
internal sealed class ShardContext
{
    private readonly Dictionary<(TraceId, SpanId), ChannelId?> _deciding = [];
    private int _step;

    public ShardContext(ContinuityOptions options, Shared shared)
    {
        Options = options;
        Shared = shared;
        Tell = new Teller(this);
    }

    public ContinuityOptions Options { get; }

    public Shared Shared { get; }

    /// <summary>Makes the spans that tell verdicts.</summary>
    public Teller Tell { get; }

    /// <summary>Is told what is concluded; null while the past is replayed.</summary>
    public IContinuityObserver? Observer => Shared.Replaying ? null : Shared.Observer;

    /// <summary>The time of what is being decided: an entry's arrival, or when a wake-up was due. Unix nanoseconds.</summary>
    public long Now { get; set; }

    /// <summary>Whether a deadline may be told: live, and at the journal's tail.</summary>
    public bool MayTell { get; set; }

    /// <summary>How many more deadlines may be told before what was told has been read back.</summary>
    public int Room { get; set; }

    /// <summary>The order of messages that follow from what is being decided.</summary>
    public long Position { get; set; }

    public int SpanIndex { get; set; }

    public int Hop { get; set; }

    public Arena Arena { get; } = new();

    public List<Message> Outbox { get; } = [];

    public List<Output> Outputs { get; } = [];

    /// <summary>What was picked up for the first time.</summary>
    public List<FlowSign> PickUps { get; } = [];

    /// <summary>By how much backlogs changed.</summary>
    public Dictionary<ChannelId, int> Backlogs { get; } = [];

    /// <summary>By how much the numbers changed of handoffs that wait, and of which a verdict is on its way through the journal.</summary>
    public Dictionary<ChannelId, int> Decided { get; } = [];

    public List<ChannelEvent> Signs { get; } = [];

    /// <summary>What the jobs took that completed.</summary>
    public List<FullLinkTime> FullLinkTimes { get; } = [];

    /// <summary>Relays of which a completion was seen.</summary>
    public HashSet<ushort> Completed { get; } = [];

    /// <summary>Orphans whose producer is not known: their relays, and when they began.</summary>
    public List<(ushort Relay, long Start)> Orphans { get; } = [];

    public OpenHandoffs Open { get; } = new();

    /// <summary>Whether there is room for one more now.</summary>
    public bool CanTell => MayTell && Room > 0;

    /// <summary>Traces whose deadlines wait to be told.</summary>
    public HeldTraces Held { get; } = new();

    /// <summary>Traces that owe a span whose journal entry was not read back yet.</summary>
    public HashSet<TraceId> Owing { get; } = [];

    /// <summary>When a span that arrived then, and names nothing that is known, is judged: by then its producer should be here. Unix nanoseconds.</summary>
    public long JudgeAt(long arrival) => Math.Max(arrival + Options.ExportLagNanos, Shared.Sight.HeldUntil(arrival));

    public Relay RelayOf(in Handoff handoff) => Shared.Relays[handoff.Published.Relay];

    /// <summary>Notes what a handoff tells of its channel.</summary>
    public void Sign(in Handoff handoff, ChannelSign sign, long at, ulong worker = 0) =>
        Signs.Add(new(new(handoff.Published.Relay, handoff.Published.Channel), sign, at, handoff.Published.Trial, worker));

    public void Send(Message message)
    {
        message.Position = Position;
        message.SpanIndex = SpanIndex;
        message.Hop = Hop + 1;
        message.Step = _step++;
        Outbox.Add(message);
    }

    /// <summary>Notes that a verdict was given and is on its way through the journal: it is not given twice.</summary>
    public bool BeginDeciding(TraceId trace, in Handoff handoff)
    {
        ChannelId? waitsIn = BacklogShare.IsWaiting(handoff) ? new ChannelId(handoff.Published.Relay, handoff.Published.Channel) : null;
        if (!_deciding.TryAdd((trace, handoff.SpanId), waitsIn))
        {
            return false;
        }
        CountDecided(waitsIn, 1);
        Room--;
        return true;
    }

    public bool IsDeciding(TraceId trace, SpanId handoff) => _deciding.Count > 0 && _deciding.ContainsKey((trace, handoff));

    public void EndDeciding(TraceId trace, SpanId handoff)
    {
        if (_deciding.Remove((trace, handoff), out var waitsIn))
        {
            CountDecided(waitsIn, -1);
        }
    }

    private void CountDecided(ChannelId? waitsIn, int change)
    {
        if (waitsIn is { } channel)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(Decided, channel, out _) += change;
        }
    }

    /// <summary>A handoff as the observer is told of it.</summary>
    public HandoffView View(TraceId trace, in Handoff handoff) => new(
        RelayOf(handoff).Name, Shared.ServiceOf(handoff.Published.Resource), trace, handoff.SpanId, handoff.Published.End)
    {
        ContextDropped = handoff.Has(HandoffMarks.ContextDropped),
    };
}

/// <summary>A span that is to be synthesized, with the verdict that it tells.</summary>
/// <param name="Verdict">The verdict's record.</param>
/// <param name="Resource">Whose resource the span repeats.</param>
/// <param name="Span">The span, serialized: of a mass of deadlines, a million wait here at once.</param>
/// <param name="DecidedAt">When, Unix nanoseconds: the order of outputs.</param>
internal sealed record Output(VerdictEventHeader Verdict, ulong Resource, byte[] Span, long DecidedAt)
{
    public static readonly Comparison<Output> InOrder = static (a, b) =>
        a.DecidedAt != b.DecidedAt ? a.DecidedAt.CompareTo(b.DecidedAt)
        : a.Verdict.TraceId.High != b.Verdict.TraceId.High ? a.Verdict.TraceId.High.CompareTo(b.Verdict.TraceId.High)
        : a.Verdict.TraceId.Low != b.Verdict.TraceId.Low ? a.Verdict.TraceId.Low.CompareTo(b.Verdict.TraceId.Low)
        : a.Verdict.SpanId.Value != b.Verdict.SpanId.Value ? a.Verdict.SpanId.Value.CompareTo(b.Verdict.SpanId.Value)
        : a.Verdict.Synthesized.CompareTo(b.Verdict.Synthesized);
}
