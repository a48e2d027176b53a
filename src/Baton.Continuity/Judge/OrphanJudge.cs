using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>
/// Judges a consumer-side span that nothing could be tied to, once export_lag has passed: it has no context (an orphan),
/// or it names one whose producing span never came.
/// </summary>
internal readonly struct OrphanJudge(ShardContext context, TraceJoin join)
{
    public void Judge(TraceState trace, int index)
    {
        ref var pending = ref trace.PendingSpan[index];
        pending.Marks |= PendingMarks.Judged;
        trace.Changed = true;
        var span = trace.RecordOf(pending);
        if (!pending.Target.IsZero || HasContext(trace, span, pending.Resource))
        {
            CountMissingProducer(trace, pending, span);
        }
        else if (!join.AskJobIds(pending, span))
        {
            TellUnattributed(trace, index);
        }
    }

    /// <summary>An orphan whose producer is not known: counted, and told where that can help.</summary>
    public void TellUnattributed(TraceState trace, int index)
    {
        ref var pending = ref trace.PendingSpan[index];
        var span = trace.RecordOf(pending);
        if (RelayOfOrphan(span) is not { } relay)
        {
            return;
        }
        pending.Relay = relay.Id;
        pending.Marks |= PendingMarks.Settled;
        trace.Changed = true;
        context.Orphans.Add((relay.Id, Math.Min(span.Header.StartUnixNanos, pending.Arrival)));
        context.Observer?.Orphaned(ViewOf(relay, pending, span), attributed: false);
        if (!relay.BuiltIn || context.Shared.Waiting(relay.Id) > 0)
        {
            pending.Marks |= PendingMarks.OrphanDue;
            context.Owing.Add(trace.TraceId);
            context.Tell.Orphan(trace, pending, default);
        }
        join.MarkOrphan(trace, pending, context.Now + context.Options.LateWindowNanos);
    }

    /// <summary>An orphan whose producer was found by its job id. Again: it was counted, and perhaps told, before its producer came.</summary>
    public void TellAttributed(TraceState trace, int index, in Candidate producer, bool again)
    {
        ref var pending = ref trace.PendingSpan[index];
        var span = trace.RecordOf(pending);
        var relay = First(span, RelayRoles.Acknowledge) ?? First(span, RelayRoles.Complete) ?? context.Shared.Relays[producer.Relay];
        pending.Relay = again ? pending.Relay : relay.Id;
        pending.Marks |= PendingMarks.Settled;
        trace.Changed = true;
        if (!again)
        {
            context.Observer?.Orphaned(ViewOf(relay, pending, span), attributed: true);
        }
        context.Observer?.Attributed(ViewOf(context.Shared.Relays[pending.Relay], pending, span), producer.TraceId, producer.SpanId);
        if (!pending.Has(PendingMarks.OrphanDue))
        {
            pending.Marks |= PendingMarks.OrphanDue;
            context.Owing.Add(trace.TraceId);
            context.Tell.Orphan(trace, pending, (producer.TraceId, producer.SpanId));
        }
        join.Attribute(trace, pending, producer);
    }

    /// <summary>
    /// Whether the span's parent is a context that somebody handed to it. The root of a poll loop of its own service is none:
    /// the library made it, and it is tied to nothing.
    /// </summary>
    public static bool HasContext(TraceState trace, in SpanEvent span, ulong resource)
    {
        var parent = span.Header.ParentSpanId;
        if (parent.IsZero)
        {
            return false;
        }
        var index = trace.FindPending(parent, default);
        if (index < 0)
        {
            return true;
        }
        ref readonly var poll = ref trace.RecordOf(trace.Pendings[index]).Header;
        return !poll.ParentSpanId.IsZero || poll.Operation != OperationType.Receive || trace.Pendings[index].Resource != resource;
    }

    private void CountMissingProducer(TraceState trace, in Pending pending, in SpanEvent span)
    {
        if (AcknowledgedRelay(span) is { } relay && !IsKnownConsumer(trace, span.Header.ParentSpanId))
        {
            context.Observer?.ProducerMissing(ViewOf(relay, pending, span));
        }
    }

    private static bool IsKnownConsumer(TraceState trace, SpanId parent) =>
        !parent.IsZero && (trace.FindTie(parent) >= 0 || trace.FindPending(parent, default) >= 0);

    /// <summary>The relay of an orphan: the first whose given acknowledge (else complete) it meets, else `default`; null if it is none.</summary>
    private Relay? RelayOfOrphan(in SpanEvent span)
    {
        if (span.Header.Operation == OperationType.Receive)
        {
            return null;
        }
        var relays = context.Shared.Relays;
        return First(span, RelayRoles.Acknowledge) ?? First(span, RelayRoles.Complete)
            ?? (span.Header.SpanKind == (byte)SpanKind.Consumer && ((span.Header.Traits & SpanTraits.HasMessagingAttributes) != 0 || !span.JobIdBytes.IsEmpty) && relays.Default >= 0
                ? relays[relays.Default]
                : null);
    }

    private Relay? AcknowledgedRelay(in SpanEvent span)
    {
        var relays = context.Shared.Relays;
        var byDefault = (span.Header.Traits & SpanTraits.AcknowledgesByDefault) != 0 && (span.Header.Traits & SpanTraits.ReceivedNothing) == 0;
        return First(span, RelayRoles.Acknowledge) ?? (byDefault && relays.Default >= 0 ? relays[relays.Default] : null);
    }

    private Relay? First(in SpanEvent span, RelayRoles role)
    {
        Relay? first = null;
        foreach (ref readonly var given in span.Roles)
        {
            var relay = context.Shared.Relays[given.Relay];
            var earlier = first is null || context.Shared.Relays.PlaceOf(relay.Id) < context.Shared.Relays.PlaceOf(first.Id);
            first = (given.Roles & role) != 0 && earlier ? relay : first;
        }
        return first;
    }

    private HandoffView ViewOf(Relay relay, in Pending pending, in SpanEvent span) => new(
        relay.Name, context.Shared.ServiceOf(pending.Resource), span.Header.TraceId, span.Header.SpanId, span.Header.EndUnixNanos);
}
