using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// A share of the traces, with a store, a wheel and decisions of its own. One thread at a time; no locks inside.
/// A trace's state is loaded once in an epoch, changed in memory, and committed when the epoch's messages are exchanged.
/// </summary>
internal sealed class Shard
{
    private readonly IStateStore _store;
    private readonly StateBatch _batch = new();
    private readonly TimingWheel _wheel = new();
    private readonly TraceCodec _codec = new();
    private readonly TraceJoin _join;
    private readonly TraceJudge _judge;
    private readonly Stack<TraceState> _spare = [];
    private readonly List<Wake> _wakes = [];
    private readonly List<int> _slots = [];
    private TraceState?[] _loaded = new TraceState?[64];

    public Shard(ContinuityOptions options, Shared shared, IStateStore store)
    {
        _store = store;
        Context = new ShardContext(options, shared);
        _join = new TraceJoin(Context);
        _judge = new TraceJudge(Context, _join);
    }

    public ShardContext Context { get; }

    public List<Message> Inbox { get; } = [];

    /// <summary>When the slice ends whose wake-ups are ready; long.MaxValue if none are.</summary>
    public long ReadyAt { get; private set; } = long.MaxValue;

    public long Traces => _store.Count;

    /// <summary>Applies the messages of one round, in their order.</summary>
    public void RunRound()
    {
        Inbox.Sort(Message.InOrder);
        _slots.Clear();
        foreach (ref readonly var message in CollectionsMarshal.AsSpan(Inbox))
        {
            _slots.Add(_batch.SlotOf(KeyOf(message.Key)));
        }
        _store.Load(_batch);
        var slots = _slots;
        for (var i = 0; i < slots.Count; i++)
        {
            ref readonly var message = ref CollectionsMarshal.AsSpan(Inbox)[i];
            (Context.Position, Context.SpanIndex, Context.Hop) = (message.Position, message.SpanIndex, message.Hop);
            Context.Now = Math.Max(Context.Now, message.Arrival);
            _join.Apply(StateAt(slots[i], message.Key), message);
        }
        Inbox.Clear();
    }

    /// <summary>Finds the next slice of wake-ups that is over.</summary>
    public void PrepareSlice(long now)
    {
        if (ReadyAt == long.MaxValue && _wheel.NextSlice(now, _wakes))
        {
            ReadyAt = (_wakes[^1].Due + TimingWheel.SliceNanos - 1) / TimingWheel.SliceNanos * TimingWheel.SliceNanos;
        }
    }

    /// <summary>Lets the traces of the prepared slice decide.</summary>
    public void RunSlice()
    {
        Wake(_wakes);
        ReadyAt = long.MaxValue;
    }

    /// <summary>Asks the traces again whose deadlines passed while none might be told.</summary>
    public void RunHeld(long now)
    {
        if (Context.Held.Count == 0)
        {
            return;
        }
        _wakes.Clear();
        _wakes.AddRange(Context.Held.Select(trace => new Wake(now, trace)));
        _wakes.Sort(Judge.Wake.InOrder);
        Context.Held.Clear();
        Wake(_wakes);
    }

    /// <summary>Commits what the epoch changed, and sets when each trace wakes next.</summary>
    public void Commit()
    {
        for (var slot = 0; slot < _batch.Count; slot++)
        {
            if (_loaded[slot] is { } trace)
            {
                Commit(slot, trace);
                _loaded[slot] = null;
                _spare.Push(trace);
            }
        }
        _store.Commit(_batch);
        _batch.Clear();
        Context.Arena.Clear();
    }

    /// <summary>Builds the wheel and the counts anew from the store.</summary>
    public void Recover()
    {
        _wheel.StartAt(Context.Shared.Now);
        var trace = new TraceState();
        _store.Scan((key, value) =>
        {
            trace.Reset(new TraceId(key.High, key.Low));
            TraceCodec.Decode(value, trace);
            foreach (ref readonly var handoff in trace.HandoffSpan)
            {
                Context.Open.Move(handoff.Published.Relay, handoff.Published.End, OpenState.Closed, handoff.OpenState);
            }
            if (TraceJoin.Owes(trace))
            {
                Context.Owing.Add(trace.TraceId);
            }
            var next = _judge.NextWake(trace);
            if (next < long.MaxValue)
            {
                _wheel.Schedule(-1, trace.TraceId, next);
            }
        });
    }

    /// <summary>Tells again what was owed when Baton stopped, and never read back.</summary>
    public void TellOwed(long now)
    {
        foreach (var traceId in Context.Owing.Order(TraceOrder).ToList())
        {
            var slot = _batch.SlotOf(KeyOf(traceId));
            _store.Load(_batch);
            var trace = StateAt(slot, traceId);
            Context.Now = now;
            foreach (ref readonly var handoff in trace.HandoffSpan)
            {
                if (handoff.Has(HandoffMarks.RecoveryDue) && !handoff.Has(HandoffMarks.RecoverySent))
                {
                    Context.Tell.Recovered(trace, handoff);
                }
            }
            foreach (ref readonly var pending in trace.PendingSpan)
            {
                if (pending.Has(PendingMarks.OrphanDue) && !pending.Has(PendingMarks.OrphanSent))
                {
                    Context.Tell.Orphan(trace, pending);
                }
            }
        }
        Commit();
    }

    private static readonly Comparer<TraceId> TraceOrder =
        Comparer<TraceId>.Create(static (a, b) => Judge.Wake.InOrder(new Wake(0, a), new Wake(0, b)));

    private static StateKey KeyOf(TraceId trace) => new(trace.High, trace.Low);

    private void Wake(List<Wake> wakes)
    {
        foreach (var wake in wakes)
        {
            _batch.SlotOf(KeyOf(wake.Trace));
        }
        _store.Load(_batch);
        foreach (var wake in wakes)
        {
            Context.Now = wake.Due;
            (Context.Position, Context.SpanIndex, Context.Hop) = (wake.Due, wake.Trace.GetHashCode(), 0);
            _judge.Wake(StateAt(_batch.SlotOf(KeyOf(wake.Trace)), wake.Trace));
        }
    }

    private TraceState StateAt(int slot, TraceId traceId)
    {
        if (slot >= _loaded.Length)
        {
            Array.Resize(ref _loaded, Math.Max(_loaded.Length * 2, slot + 1));
        }
        if (_loaded[slot] is { } loaded)
        {
            return loaded;
        }
        var trace = _spare.Count > 0 ? _spare.Pop() : new TraceState();
        trace.Reset(traceId);
        if (!_batch.ValueOf(slot).IsEmpty)
        {
            TraceCodec.Decode(_batch.ValueOf(slot), trace);
        }
        return _loaded[slot] = trace;
    }

    private void Commit(int slot, TraceState trace)
    {
        var handle = trace.WheelHandle;
        var next = trace.IsEmpty ? long.MaxValue : _judge.NextWake(trace);
        if (next == long.MaxValue)
        {
            _wheel.Cancel(handle, trace.TraceId);
            trace.WheelHandle = -1;
        }
        else
        {
            trace.WheelHandle = _wheel.Schedule(handle, trace.TraceId, next);
        }
        if (trace.Changed || trace.WheelHandle != handle)
        {
            Announce(trace);
            _batch.Change(slot, trace.IsEmpty ? default : _codec.Encode(trace));
        }
    }

    /// <summary>
    /// Only at the end of its epoch is it known which relay owns a handoff, and when it was first picked up: wrappers of its producing span,
    /// and spans within the consumer's, may have come meanwhile.
    /// </summary>
    private void Announce(TraceState trace)
    {
        foreach (ref var handoff in trace.HandoffSpan)
        {
            if (!handoff.Has(HandoffMarks.Announced))
            {
                handoff.Mark(HandoffMarks.Announced);
                Context.Observer?.Opened(Context.View(trace.TraceId, handoff));
            }
            if (handoff.Has(HandoffMarks.Acknowledged) && !handoff.Has(HandoffMarks.PickUpAnnounced))
            {
                handoff.Mark(HandoffMarks.PickUpAnnounced);
                var wakeUp = Math.Max(0, handoff.PickedUp.First - handoff.Published.End);
                Context.Observer?.Acknowledged(Context.View(trace.TraceId, handoff), wakeUp / 1e9);
            }
        }
    }
}
