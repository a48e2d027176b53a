using Baton.Continuity.Flow;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What a consumer-side span does to the handoff it is tied to: pick up, fail, complete. Completing.cs: what follows from a completion.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>Ties a span to a handoff of this trace and applies its roles, once.</summary>
    private void Consume(TraceState trace, int index, in SpanEvent span, Match match, ulong resource, long arrival)
    {
        ref readonly var header = ref span.Header;
        ref var handoff = ref trace.HandoffSpan[index];
        if (trace.IsTied(header.SpanId, handoff.SpanId, default))
        {
            return;
        }
        var relay = context.RelayOf(handoff);
        var roles = RolesFor(relay, span) | (match == Match.JobId ? RelayRoles.Acknowledge : RelayRoles.None); // the job did run
        var nested = header.SpanKind == (byte)SpanKind.Consumer && IsTiedParent(trace, header.ParentSpanId, handoff.SpanId);
        var before = handoff.OpenState;
        var marks = Completes(span, roles) ? TieMarks.Completed : TieMarks.None;
        trace.Ties.Add(new Tie { Consumer = header.SpanId, Handoff = handoff.SpanId, Resource = resource, Relay = relay.Id, Marks = marks });
        trace.Changed = true;
        if (match == Match.JobId && !handoff.Has(HandoffMarks.Completed))
        {
            handoff.Mark(HandoffMarks.ContextDropped);
        }
        if (roles != RelayRoles.None)
        {
            context.Observer?.Joined(context.View(trace.TraceId, handoff), match);
            Apply(trace, ref handoff, span, roles, match, nested, resource, arrival);
            context.Open.Move(relay.Id, handoff.Published.End, before, handoff.OpenState);
        }
        if (match == Match.JobId)
        {
            OweStitch(trace, ref handoff, span, resource);
        }
        if (header.TraceId != trace.TraceId)
        {
            TellConsumersTrace(trace, handoff, span, resource);
        }
        Retry(trace, header.SpanId, producing: false);
    }

    /// <summary>The roles that a span plays for a handoff of a relay.</summary>
    public static RelayRoles RolesFor(Relay relay, in SpanEvent span)
    {
        var roles = RelayRoles.None;
        foreach (ref readonly var role in span.Roles)
        {
            roles |= role.Relay == relay.Id ? role.Roles : RelayRoles.None;
        }
        var traits = span.Header.Traits;
        if (!relay.AcknowledgeGiven && (traits & SpanTraits.AcknowledgesByDefault) != 0 && (traits & SpanTraits.ReceivedNothing) == 0)
        {
            roles |= RelayRoles.Acknowledge;
        }
        if (!relay.CompleteGiven && (traits & SpanTraits.CompletesByDefault) != 0)
        {
            roles |= RelayRoles.Complete;
        }
        return roles;
    }

    private void Apply(
        TraceState trace, ref Handoff handoff, in SpanEvent span, RelayRoles roles, Match match, bool nested, ulong resource, long arrival)
    {
        if ((roles & RelayRoles.Acknowledge) != 0)
        {
            Acknowledge(trace, ref handoff, span, match, nested, resource, arrival);
        }
        if (Completes(span, roles))
        {
            Complete(trace, ref handoff, span, match, nested, arrival);
        }
        else if ((roles & (RelayRoles.Complete | RelayRoles.DeadLetter)) != 0)
        {
            Fail(ref handoff, Math.Min(span.Header.EndUnixNanos, arrival));
        }
    }

    /// <summary>A completing span that says that it failed, or that the job was given up, completes nothing: it is a failed attempt.</summary>
    private static bool Completes(in SpanEvent span, RelayRoles roles) =>
        (roles & (RelayRoles.Complete | RelayRoles.DeadLetter)) == RelayRoles.Complete && (span.Header.Traits & SpanTraits.FailedAttempt) == 0;

    private static bool IsTiedParent(TraceState trace, SpanId parent, SpanId handoff) =>
        !parent.IsZero && trace.IsTied(parent, handoff, default);

    private void Acknowledge(
        TraceState trace, ref Handoff handoff, in SpanEvent span, Match match, bool nested, ulong resource, long arrival)
    {
        ref readonly var header = ref span.Header;
        var received = header.Operation == OperationType.Receive;
        var at = Math.Min(received ? header.EndUnixNanos : header.StartUnixNanos, arrival); // a clock may be ahead; what has arrived has happened
        var first = !handoff.Has(HandoffMarks.Acknowledged);
        ref var pickedUp = ref handoff.PickedUp;
        if (first)
        {
            handoff.Mark(HandoffMarks.Acknowledged | (received ? HandoffMarks.OnlyReceived : HandoffMarks.None));
            pickedUp = new PickUp { First = at, Match = match, Attempts = 1 };
            trace.News.Add(handoff.SpanId);
            context.Sign(handoff, ChannelSign.Acknowledged, arrival, resource);
            context.PickUps.Add(new FlowSign(
                new(handoff.Published.Relay, handoff.Published.Channel), arrival, handoff.Published.End, resource, span.DestinationName));
            if (at < handoff.Published.Start)
            {
                context.Observer?.ClockSkewed(context.RelayOf(handoff).Name);
            }
        }
        else
        {
            handoff.Unmark(received ? HandoffMarks.None : HandoffMarks.OnlyReceived);
            pickedUp.First = Math.Min(pickedUp.First, at);
            if (!nested)
            {
                pickedUp.Attempts++;
                if (pickedUp.Attempts > handoff.Published.Expected)
                {
                    context.Observer?.Redelivered(context.View(trace.TraceId, handoff));
                }
            }
        }
        // Work within a fetch is the same attempt, and began when the work did, not when the fetch ended around it.
        var within = nested && pickedUp.SpanId == header.ParentSpanId;
        if (first || at >= pickedUp.Latest || within)
        {
            var before = pickedUp.Resource;
            (pickedUp.Latest, pickedUp.LatestArrival) = (at, arrival);
            pickedUp.LatestLateness = Math.Max(0, arrival - header.EndUnixNanos);
            (pickedUp.TraceId, pickedUp.SpanId, pickedUp.Resource) = (header.TraceId, header.SpanId, resource);
            BeginPulse(trace, ref handoff, header, resource, before, arrival);
        }
        if (handoff.Has(HandoffMarks.Missed) && handoff.Missed.Kind == DeadlineKind.ScheduleToStart && pickedUp.First <= handoff.Missed.DeadlineAt)
        {
            Retract(trace, ref handoff, pickedUp.First, header.TraceId, header.SpanId);
        }
    }

    /// <summary>An attempt failed. Whether it was the last one, is told by when the others were picked up, in whatever order they come.</summary>
    private static void Fail(ref Handoff handoff, long end)
    {
        handoff.Failed.At = Math.Max(handoff.Failed.At, end);
        handoff.Mark(HandoffMarks.AttemptFailed);
    }

    /// <summary>The consumer's own trace remembers the handoff, so that spans below find it.</summary>
    private void TellConsumersTrace(TraceState trace, in Handoff handoff, in SpanEvent span, ulong resource) => context.Send(new Message
    {
        Kind = MessageKind.Tie,
        Key = span.Header.TraceId,
        Consumer = span.Header.SpanId,
        Target = handoff.SpanId,
        TargetTrace = trace.TraceId,
        Relay = handoff.Published.Relay,
        Resource = resource,
        Arrival = context.Now,
        Until = Math.Max(handoff.Published.CloseBy, context.Now) + context.Options.LateWindowNanos,
    });
}
