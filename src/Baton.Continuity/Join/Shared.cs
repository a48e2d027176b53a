using System.Collections.Frozen;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Judge;
using Baton.Continuity.Learn;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Join;

/// <summary>
/// What all shards share: names, channels, sight, the services' last sign of life, and which relays have shown a completion.
/// Changed by the engine between rounds, read by the shards within them.
/// </summary>
internal sealed partial class Shared(ContinuityOptions options, IContinuityObserver observer)
{
    /// <summary>For a handoff that is replayed after its relay was taken out of the configuration: the product's own default.</summary>
    private static readonly RelayDeadlines Forgotten = new() { ScheduleToCloseNanos = 900L * 1_000_000_000 };

    // Asked some times for each job. Of two with one name the first counts.
    private readonly FrozenDictionary<string, RelayDefinition> _definitions = options.Relays.DistinctBy(static relay => relay.Name).ToFrozenDictionary(static relay => relay.Name);

    private readonly Dictionary<ulong, string> _services = [];
    private readonly Dictionary<ulong, long> _lastSeen = [];
    private readonly HashSet<ushort> _completed = [];
    private long[] _waiting = [];
    private long _maxHandoffsBefore;
    private readonly Dictionary<ushort, long> _lastOrphan = [];

    public IContinuityObserver Observer { get; } = observer;

    public bool Replaying { get; set; }

    /// <summary>How far time has run, Unix nanoseconds.</summary>
    public long Now { get; set; }

    public Interner Resources { get; } = new(options.Names);

    public Interner Destinations { get; } = new(options.Names);

    public Channels Channels { get; } = new(options.Names);

    public Workers Workers { get; } = new(options.Names, new BusyWindow(options.BackpressureWindowNanos, options.ExportLagNanos));

    public ChannelFlows Flows { get; } = new(options.Names, options.BackpressureWindowNanos);

    /// <summary>
    /// Of each channel's backlog, how many have been decided on, and wait for that to be read back. Of this process alone: no part of a checkpoint.
    /// </summary>
    public Dictionary<ChannelId, int> Decided { get; } = [];

    public LearnedDeadlines Learned { get; } = new(options.Names);

    /// <summary>
    /// How many handoffs may be open at once. What is replayed was bounded when it was told: with a smaller bound since the checkpoint, the
    /// surplus goes when the replay has ended, and is counted.
    /// </summary>
    public long MaxHandoffs => Replaying ? Math.Max(options.MaxHandoffs, _maxHandoffsBefore) : options.MaxHandoffs;

    public Sight Sight { get; } = new(options);

    public RelayTable Relays { get; } = new();

    /// <summary>The deadlines in force for new handoffs of a relay.</summary>
    public RelayDeadlines DeadlinesOf(ushort relay) => DefinitionOf(relay)?.Deadlines ?? Forgotten;

    /// <summary>How many completions a relay expects by its configuration; 0 where that does not say.</summary>
    public int ExpectedOf(ushort relay) => DefinitionOf(relay)?.Expect?.Count ?? 0;

    private RelayDefinition? DefinitionOf(ushort relay) => _definitions.GetValueOrDefault(Relays[relay].Name);

    /// <summary>How a relay learns its schedule_to_close; null if it does not.</summary>
    public DeadlineLearning? LearningOf(ushort relay) => DeadlinesOf(relay).Learning;

    /// <summary>How many handoffs of a relay nobody had picked up when the round began.</summary>
    public long Waiting(int relay) => relay < _waiting.Length ? _waiting[relay] : 0;

    public void SetWaiting(int relay, long count)
    {
        if (relay >= _waiting.Length)
        {
            Array.Resize(ref _waiting, relay + 1);
        }
        _waiting[relay] = count;
    }

    /// <summary>service.name of a resource; empty if it is not known.</summary>
    public string ServiceOf(ulong resource)
    {
        lock (_services)
        {
            if (!_services.TryGetValue(resource, out var service))
            {
                if (_services.Count >= options.Names)
                {
                    _services.Clear();
                }
                service = InternedTexts.TextOf(Resources.NameOf(resource), TextKind.ServiceName);
                if (service.Length > 0)
                {
                    _services.Add(resource, service);
                }
            }
            return service;
        }
    }

    public ulong Intern(in ResourceEvent resource, long arrival)
    {
        var id = Resources.Intern(resource.TextBytes);
        var service = ServiceKey(resource.TextBytes);
        var seen = Math.Min(resource.Header.LatestEndUnixNanos, arrival);
        if (service != 0 && seen > _lastSeen.GetValueOrDefault(service))
        {
            if (!_lastSeen.ContainsKey(service))
            {
                LeastRecent.MakeRoom(_lastSeen, options.Names, static each => (each.Value, each.Key));
            }
            _lastSeen[service] = seen;
        }
        return id;
    }

    /// <summary>
    /// The end of the last span of any kind from the service of a resource, whichever of its instances sent it; Unix nanoseconds, 0 if it is
    /// not known. An instance that was replaced is not a service that is gone.
    /// </summary>
    public long LastSeen(ulong resource) => _lastSeen.GetValueOrDefault(ServiceKey(Resources.NameOf(resource)));

    /// <summary>service.name and service.namespace, which stand first among the texts of a resource, hashed; 0 where there is no name.</summary>
    public static ulong ServiceKey(ReadOnlySpan<byte> texts)
    {
        var length = 0;
        while (length < texts.Length && MemoryMarshal.Read<EventText>(texts[length..]) is var text && text.Kind <= TextKind.ServiceNamespace)
        {
            length += Unsafe.SizeOf<EventText>() + text.Length;
        }
        return length == 0 ? 0 : XxHash3.HashToUInt64(texts[..length]);
    }

    /// <summary>Whether a completion of the relay was ever seen.</summary>
    public bool HasCompleted(ushort relay) => _completed.Contains(relay);

    public void SetCompleted(ushort relay) => _completed.Add(relay);

    /// <summary>When the latest orphan of a relay began whose producer is not known, Unix nanoseconds; 0 if there was none.</summary>
    public long LastOrphan(ushort relay) => _lastOrphan.GetValueOrDefault(relay);

    public void AddOrphan(ushort relay, long start) => _lastOrphan[relay] = Math.Max(LastOrphan(relay), start);
}
