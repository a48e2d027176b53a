using Baton.Continuity.Conditions;
using Baton.Continuity.Join;

namespace Baton.Continuity.Scan;

/// <summary>What a scan looks for: the relays' conditions, and the attributes that they and the messaging conventions need. Immutable; shared by scanners.</summary>
public sealed class ScanPlan
{
    private readonly IReadOnlyList<RelayDefinition> _relays;
    private readonly JobIdKeys _jobIds;

    private ScanPlan(IReadOnlyList<RelayDefinition> relays, int linksPerSpan)
    {
        LinksPerSpan = linksPerSpan;
        _relays = relays;
        _jobIds = new JobIdKeys(relays);
        // Binding adds the keys of the conditions; a scanner binds again, and finds them.
        Bind();
        BindJobIds();
    }

    internal KeyIndex SpanKeys { get; } = WellKnownKeys.OfSpans();

    internal KeyIndex ResourceKeys { get; } = WellKnownKeys.OfResources();

    /// <summary>Links kept of one span.</summary>
    internal int LinksPerSpan { get; }

    internal int RelayCount => _relays.Count;

    /// <summary>True if some relay has a heartbeat, so that every span is a sign of life.</summary>
    internal bool RecordsBeats => _relays.Any(relay => relay.Deadlines.HeartbeatNanos > 0);

    /// <summary>True if some relay gives no `acknowledge`, so that the default condition counts.</summary>
    internal bool AcknowledgesByDefault => _relays.Any(relay => relay.Acknowledge is null);

    /// <summary>True if some relay gives no `complete`.</summary>
    internal bool CompletesByDefault => _relays.Any(relay => relay.Complete is null);

    /// <summary>Builds the plan of a configuration.</summary>
    /// <param name="options">Its relays, in the order in which they are asked.</param>
    public static ScanPlan Create(ContinuityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Relays.Count, short.MaxValue);
        return new ScanPlan(options.Relays, options.LinksPerSpan);
    }

    /// <summary>The relays' conditions, for one scanner of its own.</summary>
    internal BoundRelay[] Bind() =>
    [
        .. _relays.Select(relay => new BoundRelay(Bind(relay.Produce), Bind(relay.Acknowledge), Bind(relay.Complete), Bind(relay.DeadLetter))
        {
            Member = Slot(relay.Expect?.By),
            Count = Slot(relay.Expect?.CountAttribute),
            Deadline = Slot(relay.Deadlines.DeadlineAttribute),
            NotBefore = Slot(relay.Deadlines.NotBeforeAttribute),
        }),
    ];

    private int Slot(string? key) => key is null ? -1 : SpanKeys.Add(key);

    /// <summary>The relays' job-id keys, for one scanner of its own.</summary>
    internal JobIdTexts BindJobIds() => new(_jobIds, SpanKeys);

    private Predicate? Bind(Condition? condition) =>
        condition is null ? null : Predicate.Bind(condition.Root, SpanKeys, ResourceKeys);
}

/// <summary>A relay's conditions, bound; null where the default condition counts.</summary>
internal sealed record BoundRelay(Predicate? Produce, Predicate? Acknowledge, Predicate? Complete, Predicate? DeadLetter)
{
    /// <summary>The slot of the attribute that says which of the expected a completing span is; -1 for none.</summary>
    public int Member { get; init; } = -1;

    /// <summary>The slot of the producing span's attribute that says how many completions are expected; -1 for none.</summary>
    public int Count { get; init; } = -1;

    /// <summary>The slot of the producing span's attribute with its own deadline; -1 for none.</summary>
    public int Deadline { get; init; } = -1;

    /// <summary>The slot of the producing span's attribute before which its job is not due; -1 for none.</summary>
    public int NotBefore { get; init; } = -1;
}
