using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// The one transition function: (a trace's state, a message) → the state changed, and what follows from it through the context.
/// This file: what a span means for its trace. Producing.cs: what opens a handoff. Consuming.cs: what a span does to one.
/// Waiting.cs: what nothing answers yet. Candidates.cs and DroppedContexts.cs: what job ids know, and what follows.
/// TraceMatch.cs and Confirming.cs: as they say. Judge/ decides what time does.
/// </summary>
internal sealed partial class TraceJoin(ShardContext context)
{
    private const int MaxMessageId = 64;

    /// <summary>Applies one message.</summary>
    public void Apply(TraceState trace, in Message message)
    {
        switch (message.Kind)
        {
            case MessageKind.Span:
                var span = message.Span;
                if ((span.Header.Traits & SpanTraits.LinksCut) != 0)
                {
                    context.Observer?.LimitReached(Limit.Links);
                }
                if (span.Header.ProduceRelay >= 0)
                {
                    Produce(trace, message, span);
                }
                if (IsConsumerSide(span))
                {
                    Arrive(trace, message, span);
                }
                if (context.Options.RecordsBeats)
                {
                    Hear(trace, message, BeatOf(span));
                }
                break;
            case MessageKind.Beat:
                Hear(trace, message, MemoryMarshal.Read<BeatEvent>(message.Record));
                break;
            case MessageKind.LinkedSpan:
                FollowLink(trace, message, message.Span, message.Target);
                break;
            case MessageKind.Tie:
                AddForeignTie(trace, message);
                break;
            case MessageKind.Consume:
                if (trace.Resolve(message.Target) is >= 0 and var handoff)
                {
                    Consume(trace, handoff, message.Span, message.Match, message.Resource, message.Arrival);
                }
                break;
            case MessageKind.Verdict:
                Confirm(trace, message);
                break;
            case MessageKind.Candidate:
                Remember(trace, message.Candidate);
                break;
            case MessageKind.Ask:
                Answer(trace, message);
                break;
            case MessageKind.Hold when message.Target.IsZero:
                HoldCandidates(trace, message);
                break;
            case MessageKind.Hold:
                Hold(trace, message);
                break;
            case MessageKind.Offer:
                TakeOffer(trace, message);
                break;
        }
    }

    private static bool IsConsumerSide(in SpanEvent span) =>
        (span.Header.Traits & (SpanTraits.AcknowledgesByDefault | SpanTraits.CompletesByDefault)) != 0 || span.Header.RoleCount > 0;

    /// <summary>A consumer-side span in its own trace: links first, then the parent; what nothing answers, waits.</summary>
    private void Arrive(TraceState trace, in Message message, in SpanEvent span)
    {
        ref readonly var header = ref span.Header;
        if (trace.FindTie(header.SpanId) >= 0 || trace.FindPending(header.SpanId, default) >= 0)
        {
            return;
        }
        foreach (ref readonly var link in span.Links)
        {
            if (link.TraceId == trace.TraceId)
            {
                FollowLink(trace, message, span, link.SpanId);
            }
        }
        var tied = FollowParent(trace, span, message.Resource, message.Arrival);
        if (!tied && header.LinkCount == 0)
        {
            Pend(trace, message, span, default);
            AnnounceAsking(trace, message, span);
        }
    }

    /// <summary>A link names a context of this trace.</summary>
    private void FollowLink(TraceState trace, in Message message, in SpanEvent span, SpanId target)
    {
        var handoff = trace.Resolve(target);
        if (handoff >= 0)
        {
            Consume(trace, handoff, span, Match.Link, message.Resource, message.Arrival);
        }
        else if (trace.FindPending(span.Header.SpanId, target) < 0)
        {
            Pend(trace, message, span, target);
        }
    }

    /// <summary>The parent is the producing span (or an outer span of the publication), or a span tied before.</summary>
    private bool FollowParent(TraceState trace, in SpanEvent span, ulong resource, long arrival)
    {
        var parent = span.Header.ParentSpanId;
        if (parent.IsZero)
        {
            return false;
        }
        var handoff = trace.Resolve(parent);
        if (handoff >= 0)
        {
            Consume(trace, handoff, span, Match.Parent, resource, arrival);
            return true;
        }
        // A span with links says by itself what it belongs to: the batch around it may belong to more.
        if (span.Header.LinkCount > 0)
        {
            return false;
        }
        var found = false;
        for (var i = trace.FindTie(parent); i >= 0; i = trace.FindTie(parent, i + 1))
        {
            // Below an orphan: known, and waiting with it for a producer that its job id may still lead to.
            found |= !trace.Ties[i].Handoff.IsZero;
            FollowTie(trace, trace.Ties[i], span, Match.Parent, resource, arrival);
        }
        return found;
    }

    private void FollowTie(TraceState trace, Tie tie, in SpanEvent span, Match match, ulong resource, long arrival)
    {
        if (tie.HandoffTrace.IsZero && !tie.Handoff.IsZero)
        {
            Consume(trace, trace.FindHandoff(tie.Handoff), span, match, resource, arrival);
            return;
        }
        if (trace.IsTied(span.Header.SpanId, tie.Handoff, tie.HandoffTrace))
        {
            return;
        }
        trace.Ties.Add(tie with { Consumer = span.Header.SpanId, Resource = resource });
        trace.Changed = true;
        if (!tie.Handoff.IsZero)
        {
            context.Send(new Message
            {
                Kind = MessageKind.Consume,
                Key = tie.HandoffTrace,
                Target = tie.Handoff,
                Match = match,
                Resource = resource,
                Arrival = arrival,
                Record = context.Arena.Copy(span.Record),
            });
        }
    }

    private void AddForeignTie(TraceState trace, in Message message)
    {
        foreach (ref var tie in trace.Ties.Span)
        {
            if (tie.Consumer == message.Consumer && tie.Handoff == message.Target && tie.HandoffTrace == message.TargetTrace)
            {
                tie.Until = Math.Max(tie.Until, message.Until);
                trace.Changed = true;
                return;
            }
        }
        trace.Ties.Add(new Tie
        {
            Consumer = message.Consumer,
            Handoff = message.Target,
            HandoffTrace = message.TargetTrace,
            Resource = message.Resource,
            Relay = message.Relay,
            Until = message.Until,
        });
        trace.Changed = true;
        TellWhatWasHeard(trace, trace.Ties[^1]);
        Retry(trace, message.Consumer, producing: false);
    }
}
