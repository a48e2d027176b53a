using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>What a shard does at a start: before the first entry, and when the past has been replayed.</summary>
internal sealed partial class Shard
{
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
            trace.Backlog.AddTo(Context.Backlogs, 1);
            if (TraceJoin.Owes(trace))
            {
                Context.Owing.Add(trace.TraceId);
            }
            var next = _judge.NextWake(trace);
            if (next < long.MaxValue || trace.Handoffs.Count > 0)
            {
                var entry = _wheel.Restore(trace.WheelHandle, trace.TraceId);
                if (next < long.MaxValue)
                {
                    _wheel.Schedule(entry, trace.TraceId, next, _judge.OnlyTells(trace));
                }
                _wheel.SetOldest(entry, trace.TraceId, trace.Backlog.OldestOpen);
            }
        });
        _wheel.EndRestore();
    }

    /// <summary>Tells again what was owed when Baton stopped, and never read back.</summary>
    public void TellOwed(long now)
    {
        foreach (var traceId in Context.Owing.Order(TraceOrder).ToList())
        {
            var trace = _traces.Want(traceId);
            _traces.Load();
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
                    Context.Tell.Orphan(trace, pending, TraceJoin.ProducerOf(trace, pending.SpanId));
                }
            }
            foreach (var stitch in trace.Stitches)
            {
                Context.Tell.Stitch(trace, trace.Handoffs[trace.FindHandoff(stitch.Handoff)], stitch);
            }
        }
        Commit();
    }

    private static readonly Comparer<TraceId> TraceOrder =
        Comparer<TraceId>.Create(static (a, b) => new Wake(0, a).CompareTo(new Wake(0, b)));
}
