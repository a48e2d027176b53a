using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// Heartbeats: every span of the service instance that picked a job up is a sign of its life, in the job's trace or in the worker's own.
/// Signs may come before the pick-up: a trace keeps the latest of each resource for export_lag.
/// </summary>
internal sealed partial class TraceJoin
{
    /// <summary>Resources of one trace whose signs of life are kept; the one heard longest ago goes.</summary>
    private const int MaxHeard = 64;

    private readonly HashSet<(TraceId, SpanId)> _told = [];

    private static BeatEvent BeatOf(in SpanEvent span) => new()
    {
        TraceId = span.Header.TraceId,
        SpanId = span.Header.SpanId,
        FirstEndUnixNanos = span.Header.EndUnixNanos,
        LastEndUnixNanos = span.Header.EndUnixNanos,
    };

    /// <summary>A sign of life in this trace, or, with a target, in the trace of who works on one of its handoffs.</summary>
    private void Hear(TraceState trace, in Message message, in BeatEvent beat)
    {
        if (message.Resource == 0)
        {
            return;
        }
        if (!message.Target.IsZero)
        {
            if (trace.Resolve(message.Target) is >= 0 and var index)
            {
                KeepAlive(trace, ref trace.HandoffSpan[index], message.Resource, beat, message.Arrival);
            }
            return;
        }
        Remember(trace, message.Resource, beat, message.Arrival);
        foreach (ref var handoff in trace.HandoffSpan)
        {
            KeepAlive(trace, ref handoff, message.Resource, beat, message.Arrival);
        }
        _told.Clear();
        foreach (ref readonly var tie in trace.Ties.Span)
        {
            if (tie.Resource == message.Resource && IsHeardElsewhere(tie) && _told.Add((tie.HandoffTrace, tie.Handoff)))
            {
                SendBeat(tie, beat, message.Arrival);
            }
        }
    }

    private bool IsHeardElsewhere(in Tie tie) =>
        !tie.HandoffTrace.IsZero && !tie.Handoff.IsZero && context.Shared.DeadlinesOf(tie.Relay).HeartbeatNanos > 0;

    /// <summary>What was heard of a worker before it was known what it works on.</summary>
    private void TellWhatWasHeard(TraceState trace, in Tie tie)
    {
        if (IsHeardElsewhere(tie) && trace.FindHeard(tie.Resource) is >= 0 and var index)
        {
            SendBeat(tie, trace.Heard[index].ToBeat(trace.TraceId), trace.Heard[index].Arrival);
        }
    }

    private void SendBeat(in Tie tie, in BeatEvent beat, long arrival) => context.Send(new Message
    {
        Kind = MessageKind.Beat,
        Key = tie.HandoffTrace,
        Target = tie.Handoff,
        Resource = tie.Resource,
        Arrival = arrival,
        Record = context.Arena.Copy(MemoryMarshal.AsBytes(new ReadOnlySpan<BeatEvent>(in beat))),
    });

    private static void Remember(TraceState trace, ulong resource, in BeatEvent beat, long arrival)
    {
        var index = trace.FindHeard(resource);
        var last = Math.Min(beat.LastEndUnixNanos, arrival);
        if (index >= 0)
        {
            ref var known = ref trace.Heard.Span[index];
            if (last > known.Last)
            {
                known = known with { Last = last, SpanId = beat.SpanId, Arrival = arrival };
                trace.Changed = true;
            }
            return;
        }
        if (trace.Heard.Count >= MaxHeard)
        {
            trace.Heard.RemoveAt(0);
        }
        trace.Heard.Add(new Heard { Resource = resource, SpanId = beat.SpanId, Last = last, Arrival = arrival });
        trace.Changed = true;
    }

    /// <summary>A sign of life of a resource, for a handoff that it works on.</summary>
    private void KeepAlive(TraceState trace, ref Handoff handoff, ulong resource, in BeatEvent beat, long arrival)
    {
        var last = Math.Min(beat.LastEndUnixNanos, arrival);
        if (!handoff.HasHeartbeat || handoff.PickedUp.Resource != resource || last <= handoff.Pulse.Last)
        {
            return;
        }
        var before = handoff.OpenState;
        handoff.Pulse = new Pulse { Last = last, First = Math.Min(beat.FirstEndUnixNanos, arrival), Arrival = arrival, TraceId = beat.TraceId, SpanId = beat.SpanId };
        trace.Changed = true;
        TakeBackSilence(trace, ref handoff);
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, before, handoff.OpenState);
    }

    /// <summary>A deadline span told of a silence that a sign of life, seen late, had ended in time.</summary>
    private void TakeBackSilence(TraceState trace, ref Handoff handoff)
    {
        ref readonly var pulse = ref handoff.Pulse;
        if (handoff.IsMissed && handoff.Missed.Kind == DeadlineKind.Heartbeat
            && pulse.First <= handoff.Missed.DeadlineAt && pulse.Last > handoff.Missed.DeadlineAt - handoff.Terms.Heartbeat)
        {
            Retract(trace, ref handoff, pulse.First, pulse.TraceId, pulse.SpanId);
        }
    }

    /// <summary>The latest pick-up is a sign of life, and so is what was heard of its resource before.</summary>
    private static void BeginPulse(TraceState trace, ref Handoff handoff, in SpanEventHeader picksUp, ulong resource, ulong before, long arrival)
    {
        if (!handoff.HasHeartbeat)
        {
            return;
        }
        var end = Math.Min(picksUp.EndUnixNanos, arrival);
        if (resource != before || end > handoff.Pulse.Last)
        {
            handoff.Pulse = new Pulse { Last = end, First = end, Arrival = arrival, TraceId = picksUp.TraceId, SpanId = picksUp.SpanId };
        }
        if (picksUp.TraceId == trace.TraceId && trace.FindHeard(resource) is >= 0 and var index && trace.Heard[index].Last > handoff.Pulse.Last)
        {
            var heard = trace.Heard[index];
            handoff.Pulse = new Pulse { Last = heard.Last, First = heard.Last, Arrival = heard.Arrival, TraceId = trace.TraceId, SpanId = heard.SpanId };
        }
    }
}
