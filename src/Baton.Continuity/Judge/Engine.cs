using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Judge;

/// <summary>
/// The whole of Baton's judgement: journal entries and time in, verdicts out. Its state is a fold over the entries, so that a replay comes
/// to the same; it owns no clock and does no I/O but through its stores.
/// </summary>
/// <remarks>
/// Time moves in epochs. Within one, every event of its entries is applied, then messages between keys go round until none is left;
/// between epochs, what was due before the next entry arrived is decided, slice by slice. A deadline is only told by <see cref="Tick"/>,
/// and changes the state only when its own journal entry comes back through <see cref="Apply"/>.
/// One thread calls; the shards of a round may run on several (<c>runShards</c>).
/// Engine.Starting.cs: checkpoints, and what a start or other relays mean. Engine.Flow.cs: gauges.
/// </remarks>
public sealed partial class Engine
{
    private readonly ContinuityOptions _options;
    private readonly Shard[] _shards;
    private readonly Shared _shared;
    private readonly OutputQueue _outputs;
    private readonly Rounds _rounds;
    private readonly EntryRouter _router;
    private readonly Queue<OwnEntry> _facts = [];
    private bool _inEpoch;

    /// <summary>Makes an engine over its stores, one per shard. They are behind what it knows, but for the moments after <see cref="WriteCheckpoint"/>.</summary>
    /// <param name="options">What to decide by.</param>
    /// <param name="stores">A store per shard; they stay the caller's.</param>
    /// <param name="observer">Is told what is concluded.</param>
    /// <param name="runShards">Runs a body for 0 … count - 1, on whatever threads, and returns when all are done; null: one after another.</param>
    public Engine(
        ContinuityOptions options, IReadOnlyList<IStateStore> stores, IContinuityObserver observer, Action<int, Action<int>>? runShards = null)
    {
        _options = options;
        _shared = new Shared(options, observer);
        _shared.Relays.Declare(DeclaredRelays);
        _shards = [.. stores.Select(store => new Shard(options, _shared, store, stores.Count))];
        _outputs = new OutputQueue(_shared);
        _rounds = new Rounds(_shards, _shared, _outputs, runShards);
        _router = new EntryRouter(_shared, _rounds);
    }

    /// <summary>True while the past is replayed: nothing is told and no observer is called.</summary>
    public bool Replaying
    {
        get => _shared.Replaying;
        set => _shared.Replaying = value;
    }

    /// <summary>True if the last <see cref="Tick"/> left deadlines untold: the next is to follow as soon as what was told has been read back.</summary>
    public bool HasMoreToTell { get; private set; }

    /// <summary>Traces of which something is known.</summary>
    public long Traces => _shards.Sum(shard => shard.Traces);

    /// <summary>How far time has run, Unix nanoseconds.</summary>
    public long NowUnixNanos => _shared.Now;

    /// <summary>True once nothing more can arrive, as at the end of a recorded stream: silence then proves what it proves, and is no blindness.</summary>
    public bool IntakeHasEnded
    {
        get => _shared.Sight.IntakeHasEnded;
        set => _shared.Sight.IntakeHasEnded = value;
    }

    /// <summary>How far time may run before it is known whether intake has stopped: what falls due in the very slice waits for that.</summary>
    private long SeenAt(long now) => Math.Min(now, _shared.Sight.StopsAt - TimingWheel.SliceNanos);

    private bool HasOpen => _shards.Any(shard => shard.Context.Open.Any);

    private IReadOnlyList<RelayFacts> DeclaredRelays => RelayFacts.Of(_options.Relays);

    /// <summary>
    /// Applies one journal entry. Entries come in order of position, and their arrivals never run backwards. One without events counts too:
    /// a sender's request of another signal.
    /// </summary>
    /// <param name="position">The entry's place in the journal.</param>
    /// <param name="arrivalUnixNanos">When it arrived.</param>
    /// <param name="events">Its event section; not needed after the call.</param>
    public void Apply(long position, long arrivalUnixNanos, ReadOnlySpan<byte> events)
    {
        var reader = new EventReader(events);
        var any = reader.MoveNext();
        var isStart = any && reader.Kind == EventKind.Start;
        if (!_inEpoch && !isStart)
        {
            var isStop = any && reader.Kind == EventKind.IntakeStopped;
            _rounds.Advance(isStop ? SeenAt(arrivalUnixNanos) : arrivalUnixNanos, mayTell: false);
        }
        _inEpoch = true;
        if (!isStart)
        {
            _shared.Sight.Arrive(arrivalUnixNanos, isRequest: !any || reader.Kind < EventKind.Verdict);
        }
        _router.BeginEntry();
        for (; any; any = reader.MoveNext())
        {
            _router.Apply(position, arrivalUnixNanos, reader.Kind, reader.Record);
        }
    }

    /// <summary>Ends an epoch: messages go round until none is left, and the changes are committed to the stores.</summary>
    public void EndEpoch()
    {
        _inEpoch = false;
        if (_rounds.HasMessages)
        {
            _rounds.Settle();
        }
        _rounds.KeepWithin(_shared.MaxHandoffs);
        _router.EndEpoch();
    }

    /// <summary>
    /// Tells what is due. Called between epochs, when everything that arrived by then has been applied. Of a mass of deadlines it tells so many
    /// that their traces are still in memory when they are read back, and <see cref="HasMoreToTell"/>.
    /// </summary>
    /// <param name="nowUnixNanos">The time, not before any entry's arrival.</param>
    public void Tick(long nowUnixNanos)
    {
        var sight = _shared.Sight;
        HasMoreToTell = false;
        if (sight.IsStopAsked)
        {
            return; // time goes on when the fact is read back
        }
        _rounds.MakeRoom(_options.LoadedTraces / 2);
        _rounds.RunHeld(SeenAt(nowUnixNanos));
        _rounds.Advance(SeenAt(nowUnixNanos), mayTell: true);
        HasMoreToTell = _rounds.HasHeld;
        if (sight.StopsAt <= nowUnixNanos)
        {
            _facts.Enqueue(Fact(EventKind.IntakeStopped, sight.AskStop()));
        }
        if (HasOpen && sight.AskWatching(nowUnixNanos))
        {
            _facts.Enqueue(Fact(EventKind.Watching, nowUnixNanos));
        }
    }

    /// <summary>Takes the next entry that must be written to the journal, as an entry of Baton's own.</summary>
    /// <param name="entry">The entry; its memory is the caller's.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeOwn(out OwnEntry entry) => _outputs.TryTake(out entry) || _facts.TryDequeue(out entry);

    private static OwnEntry Fact(EventKind kind, long since)
    {
        var fact = new SightEventHeader { Header = { Length = (uint)Unsafe.SizeOf<SightEventHeader>(), Kind = kind }, Since = since };
        return new OwnEntry(MemoryMarshal.AsBytes([fact]).ToArray(), default, 0);
    }
}
