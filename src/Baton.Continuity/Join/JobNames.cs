using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>Under which job ids a handoff is remembered: those of its relay, of all producing spans of the publication.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>Nested producing spans of one service that name different jobs are two publications.</summary>
    private bool IsOfAnotherJob(TraceState trace, in Handoff handoff, in SpanEvent span, ushort relay)
    {
        var places = context.Shared.Relays[context.Shared.Relays.First(handoff.Published.Relay, relay)].JobIds;
        return JobIds.Differ(trace.Bytes(handoff.JobIds), span.JobIdBytes, places);
    }

    /// <summary>A handoff gets its job ids, and is remembered under those of its relay. Where two spans of a publication have one each, the first counts.</summary>
    private void NameJob(TraceState trace, ref Handoff handoff, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.IsEmpty && second.IsEmpty)
        {
            return;
        }
        var kept = trace.Keep(first);
        var others = new JobIds(second);
        while (others.MoveNext())
        {
            if (!new JobIds(first).MoveTo(others.Place))
            {
                kept = kept with { Length = kept.Length + trace.Keep(others.Bytes).Length };
            }
        }
        handoff.JobIds = kept;
        JobIds.Use(trace.MutableBytes(kept), context.RelayOf(handoff).JobIds);
        TellJobIds(trace, handoff, handoff.HasAny(HandoffMarks.Completed | HandoffMarks.Lapsed) ? CandidateState.Closed : CandidateState.Open);
    }

    /// <summary>An outer span of the publication came, with job ids and perhaps another relay.</summary>
    private void RenameJob(TraceState trace, ref Handoff handoff, ReadOnlySpan<byte> outer, ushort relay)
    {
        if (relay != handoff.Published.Relay || !outer.IsEmpty)
        {
            TellJobIds(trace, handoff, CandidateState.Gone);
            var before = handoff.Published.Relay;
            handoff.Published.Relay = relay;
            NameJob(trace, ref handoff, trace.Bytes(handoff.JobIds), outer);
            handoff.Published.Relay = before;
        }
    }
}
