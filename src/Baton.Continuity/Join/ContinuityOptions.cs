namespace Baton.Continuity.Join;

/// <summary>What the engine decides by; immutable. Durations in nanoseconds.</summary>
public sealed record ContinuityOptions
{
    private const long Second = 1_000_000_000;
    private bool? _recordsBeats;

    /// <summary>The relays in the order in which they are asked: those of the file, then `callback`, then `default`.</summary>
    public required IReadOnlyList<RelayDefinition> Relays { get; init; }

    /// <summary>True if some relay has a heartbeat.</summary>
    internal bool RecordsBeats => _recordsBeats ??= Relays.Any(relay => relay.Deadlines.HeartbeatNanos > 0);

    /// <summary>How long spans may take from their end to Baton.</summary>
    public long ExportLagNanos { get; init; } = 10 * Second;

    /// <summary>Steady intake, then nothing for this long: blind. Also the longest pause between ticks that is not a suspension.</summary>
    public long BlindAfterNanos { get; init; } = 30 * Second;

    /// <summary>How long senders may back off after an outage or a restart.</summary>
    public long SettleNanos { get; init; } = 30 * Second;

    /// <summary>How long senders keep what they could not deliver.</summary>
    public long SenderRetryNanos { get; init; } = 300 * Second;

    /// <summary>How long a closed handoff, and a consumer whose producer is unknown, is remembered.</summary>
    public long RememberNanos { get; init; } = 300 * Second;

    /// <summary>How long a missed handoff is remembered, so that a late completion is told.</summary>
    public long LateWindowNanos { get; init; } = 3600 * Second;

    /// <summary>Handoffs remembered per trace; the oldest go first.</summary>
    public int HandoffsPerTrace { get; init; } = 4096;

    /// <summary>Handoffs that are open at once, over all shards; those published first go.</summary>
    public long MaxHandoffs { get; init; } = 10_000_000;

    /// <summary>Links read of one span, 1 to 1,024.</summary>
    public int LinksPerSpan { get; init; } = 1024;

    /// <summary>Channels, workers, resources and destinations known by name, each; those not used for the longest time go.</summary>
    public int Names { get; init; } = 10_000;

    /// <summary>
    /// Traces that lie unpacked in memory over all shards: those of some tenths of a second at full speed. Memory only; nothing is decided by it.
    /// </summary>
    public int LoadedTraces { get; init; } = 16_384;

    /// <summary>Bytes that they may take, about.</summary>
    public long LoadedBytes { get; init; } = 32 << 20;

    /// <summary>Over how long the growth of backlogs and the busy ratio of workers are measured.</summary>
    public long BackpressureWindowNanos { get; init; } = 60 * Second;

    /// <summary>From which busy ratio on a worker whose backlog grows is thrashing; above 0, at most 1.</summary>
    public double ThrashRatio { get; init; } = 0.95;

    /// <summary>Names of the synthesized spans.</summary>
    public SpanNames SpanNames { get; init; } = new();
}

/// <summary>Names of the synthesized spans.</summary>
public sealed record SpanNames
{
    /// <summary>The span of a missed deadline.</summary>
    public string Deadline { get; init; } = "worker.deadline";

    /// <summary>The span of a worker's run without its context.</summary>
    public string Orphan { get; init; } = "worker.orphan";

    /// <summary>The span that says, in the producer's trace, where a job without its context ran.</summary>
    public string Stitch { get; init; } = "worker.stitch";

    /// <summary>The span of a completion after a deadline span.</summary>
    public string Recovered { get; init; } = "worker.recovered";
}
