using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Judge;

/// <summary>
/// A share of the traces, with a store, a wheel and decisions of its own. One thread at a time; no locks inside.
/// Shard.Waking.cs: what it does when time passes. Shard.Recovery.cs: what it does at a start. Shard.Evicting.cs: what it gives up when too much is open. A trace that an epoch touches is changed in memory, and its next wake-up set when the epoch's messages are exchanged.
/// </summary>
internal sealed partial class Shard
{
    /// <summary>Traces that wake at the same time are taken in hand in portions, so that millions of them do not lie in memory at once.</summary>
    private const int MostWakesAtOnce = 4096;

    private readonly IStateStore _store;
    private readonly LoadedTraces _traces;
    private readonly TimingWheel _wheel = new();
    private readonly TraceJoin _join;
    private readonly TraceJudge _judge;
    private readonly List<Wake> _wakes = [];

    /// <param name="options">What to decide by.</param>
    /// <param name="shared">What it shares with the others.</param>
    /// <param name="store">Its store.</param>
    /// <param name="shards">How many there are: each has its share of the memory.</param>
    public Shard(ContinuityOptions options, Shared shared, IStateStore store, int shards)
    {
        _store = store;
        _traces = new LoadedTraces(store, options.LoadedTraces / shards, options.LoadedBytes / shards);
        Context = new ShardContext(options, shared);
        _join = new TraceJoin(Context);
        _judge = new TraceJudge(Context, _join);
        _isHeld = IsHeld;
    }

    public ShardContext Context { get; }

    public List<Message> Inbox { get; } = [];

    /// <summary>Whether the slice to which the hand was moved has wake-ups that have not been run.</summary>
    public bool HasWakes => _wakes.Count > 0;

    public long Traces => _traces.Count;

    /// <summary>Applies the messages of one round, in their order.</summary>
    public void RunRound()
    {
        var messages = CollectionsMarshal.AsSpan(Inbox);
        Message.Sort(messages);
        foreach (ref readonly var message in messages)
        {
            _hands.Add(_traces.Want(message.Key));
        }
        _traces.Load();
        for (var i = 0; i < messages.Length; i++)
        {
            ref readonly var message = ref messages[i];
            (Context.Position, Context.SpanIndex, Context.Hop) = (message.Position, message.SpanIndex, message.Hop);
            Context.Now = Math.Max(Context.Now, message.Arrival);
            _join.Apply(_traces.Use(_hands[i]), message);
        }
        _hands.Clear();
        Inbox.Clear();
    }

    /// <summary>Where the wheel's hand must stop next, as <see cref="TimingWheel.NextStop"/> says.</summary>
    public long NextStop(long last) => _wheel.NextStop(last);

    /// <summary>Ends what the epoch changed: sets when each trace wakes next, and says what came of it.</summary>
    public void Commit()
    {
        foreach (var trace in _traces.InUse)
        {
            Commit(trace);
        }
        _traces.InUse.Clear();
        _traces.Trim();
        Context.Arena.Clear();
    }

    /// <summary>Brings the store up to date.</summary>
    public void Flush() => _traces.Flush();

    /// <summary>Commits traces before their epoch ends, but for those of which there is something to announce: that may change until then.</summary>
    private void CommitWhatIsSaid()
    {
        _traces.InUse.RemoveAll(trace =>
        {
            if (trace.News.Count > 0)
            {
                return false;
            }
            Commit(trace);
            return true;
        });
        _traces.Trim();
    }

    private void Commit(TraceState trace)
    {
        _join.LimitTies(trace);
        var handle = trace.WheelHandle;
        if (_wheel.IsHeld(handle, trace.TraceId) && _judge.HasDue(trace))
        {
            Context.Held.Add(trace.TraceId); // from now on it may wake for something else
        }
        if (trace.IsLarge && !trace.HasWoken)
        {
            // When it wakes next, would have to be asked of everything it holds, for each span that arrives: rather it wakes soon, and is asked once.
            trace.WheelHandle = trace.Changed ? _wheel.ScheduleBy(handle, trace.TraceId, Context.Now + TimingWheel.SliceNanos) : handle;
        }
        else if ((trace.IsEmpty ? long.MaxValue : _judge.NextWake(trace)) is var next and < long.MaxValue)
        {
            trace.WheelHandle = _wheel.Schedule(handle, trace.TraceId, next, _judge.OnlyTells(trace));
        }
        else if (trace.Handoffs.Count > 0)
        {
            trace.WheelHandle = _wheel.Park(handle, trace.TraceId);
        }
        else
        {
            _wheel.Cancel(handle, trace.TraceId);
            trace.WheelHandle = -1;
        }
        trace.HasWoken = false;
        _join.AnnounceNews(trace);
        var changed = trace.Changed || trace.WheelHandle != handle;
        if (changed)
        {
            trace.Backlog.Update(trace, Context.Backlogs);
        }
        _wheel.SetOldest(trace.WheelHandle, trace.TraceId, trace.Backlog.OldestOpen);
        trace.Changed = false;
        _traces.Return(trace, changed);
    }
}
