using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>A producing span opens a handoff, or is the wrapper of one.</summary>
internal sealed partial class TraceJoin
{
    private readonly SortedSet<int> _below = [];

    private void Produce(TraceState trace, in Message message, in SpanEvent span)
    {
        ref readonly var header = ref span.Header;
        if ((header.Traits & SpanTraits.StatusError) != 0 || trace.Resolve(header.SpanId) >= 0)
        {
            return;
        }
        if (!SendsWhatWasCreated(trace, message.Resource, span))
        {
            OpenOrWrap(trace, message, span);
        }
        WithdrawSurplus(trace, message.Resource, header);
        Retry(trace, header.SpanId, producing: true);
    }

    /// <summary>A span that is a publication of its own, or a part of one that is known.</summary>
    private void OpenOrWrap(TraceState trace, in Message message, in SpanEvent span)
    {
        ref readonly var header = ref span.Header;
        var relay = (ushort)header.ProduceRelay;
        var terms = TermsOf(span, message.Arrival);
        if (WrapsKnown(trace, message.Resource, span, relay, terms))
        {
            return;
        }
        var outer = trace.FindHandoff(header.ParentSpanId);
        if (!header.ParentSpanId.IsZero && outer >= 0 && trace.Handoffs[outer].Published.Resource == message.Resource
            && !IsOfAnotherJob(trace, trace.Handoffs[outer], span, relay))
        {
            ReplaceOuter(trace, outer, message, span, (terms, relay));
        }
        else
        {
            var alias = header.ParentSpanId.IsZero ? -1 : trace.FindAlias(header.ParentSpanId);
            if (alias >= 0 && trace.FindHandoff(trace.Aliases[alias].Handoff) is >= 0 and var sibling)
            {
                ref readonly var other = ref trace.HandoffSpan[sibling];
                var owner = context.Shared.Relays.First(relay, other.Published.Relay);
                terms = Merge((terms, relay), (other.Terms, other.Published.Relay), owner);
                relay = owner;
            }
            Open(trace, message, span, relay, terms);
        }
        NoteWhatItSends(trace, span);
    }

    /// <summary>The span is the outer one of a publication whose inner span came first: its context becomes an alias.</summary>
    private bool WrapsKnown(TraceState trace, ulong resource, in SpanEvent span, ushort relay, in Terms terms)
    {
        ref readonly var header = ref span.Header;
        _below.Clear();
        trace.FindBelow(header.SpanId, _below);
        if (_below.Count == 0)
        {
            return false; // nearly always, and going through an empty set allocates
        }
        var wraps = false;
        foreach (var i in _below)
        {
            ref var inner = ref trace.HandoffSpan[i];
            if (inner.Published.Resource != resource || IsOfAnotherJob(trace, inner, span, relay))
            {
                continue;
            }
            wraps = true;
            AddAlias(trace, new Alias { SpanId = header.SpanId, ParentSpanId = header.ParentSpanId, Handoff = inner.SpanId });
            inner.MessageId = inner.MessageId.Length > 0 ? inner.MessageId : KeepMessageId(trace, span);
            RenameJob(trace, ref inner, span.JobIdBytes, context.Shared.Relays.First(inner.Published.Relay, relay));
            Reassign(ref inner, relay, terms);
            trace.Changed = true;
        }
        return wraps;
    }

    private void AddAlias(TraceState trace, in Alias alias)
    {
        if (trace.Aliases.Count < context.Options.HandoffsPerTrace)
        {
            trace.Aliases.Add(alias);
        }
        else
        {
            context.Observer?.LimitReached(Limit.Aliases);
        }
    }

    /// <summary>The inner span came after the outer one: it takes its place, and the outer one's context becomes an alias.</summary>
    private void ReplaceOuter(TraceState trace, int index, in Message message, in SpanEvent span, (Terms Terms, ushort Relay) inner)
    {
        ref var handoff = ref trace.HandoffSpan[index];
        MoveReferences(trace, handoff, span.Header.SpanId);
        var before = handoff.Published;
        var state = handoff.OpenState;
        TellJobIds(trace, handoff, CandidateState.Gone);
        context.Open.Move(before.Relay, before.End, state, OpenState.Closed);
        handoff.Published = Publish(message, span, context.Shared.Relays.First(inner.Relay, before.Relay));
        handoff.Published.Marks = before.Marks | (handoff.Published.Marks & HandoffMarks.Armed);
        handoff.Published.CompletedCount = before.CompletedCount;
        SetTerms(ref handoff, Merge(inner, (handoff.Terms, before.Relay), handoff.Published.Relay));
        handoff.Published.Trial = (before.Relay, before.Channel) == (handoff.Published.Relay, handoff.Published.Channel) ? before.Trial : (byte)0;
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, OpenState.Closed, state);
        trace.Reenter(index);
        trace.News.Add(handoff.SpanId);
        var messageId = KeepMessageId(trace, span);
        handoff.MessageId = messageId.Length > 0 ? messageId : handoff.MessageId;
        NameJob(trace, ref handoff, span.JobIdBytes, trace.Bytes(handoff.JobIds));
        trace.Changed = true;
    }

    /// <summary>Of nested producing spans, the relay that is first in the file owns the handoff.</summary>
    private void Reassign(ref Handoff handoff, ushort relay, in Terms outer)
    {
        var owner = context.Shared.Relays.First(handoff.Published.Relay, relay);
        var terms = Merge((handoff.Terms, handoff.Published.Relay), (outer, relay), owner);
        if (owner == handoff.Published.Relay)
        {
            SetTerms(ref handoff, terms);
            return;
        }
        var state = handoff.OpenState;
        context.Open.Move(handoff.Published.Relay, handoff.Published.End, state, OpenState.Closed);
        handoff.Published.Relay = relay;
        handoff.Published.Trial = 0;
        SetTerms(ref handoff, terms);
        if (context.Shared.Relays[relay].Arming != RelayArming.Learned)
        {
            handoff.Mark(HandoffMarks.Armed);
        }
        context.Open.Move(relay, handoff.Published.End, OpenState.Closed, state);
    }

    private void Open(TraceState trace, in Message message, in SpanEvent span, ushort relay, in Terms terms)
    {
        MakeRoom(trace);
        var handoff = new Handoff { Published = Publish(message, span, relay), MessageId = KeepMessageId(trace, span) };
        SetTerms(ref handoff, terms);
        if (context.Shared.Relays[relay].Arming == RelayArming.Learned)
        {
            handoff.Published.Trial = context.Shared.Channels.TrialOf(new ChannelId(relay, message.Channel));
            context.Sign(handoff, ChannelSign.Enrolled, message.Arrival);
        }
        NameJob(trace, ref handoff, span.JobIdBytes, default);
        trace.Handoffs.Add(handoff);
        trace.News.Add(handoff.SpanId);
        trace.Changed = true;
        context.Open.Move(relay, handoff.Published.End, OpenState.Closed, OpenState.Waiting);
    }

    private Publication Publish(in Message message, in SpanEvent span, ushort relay)
    {
        ref readonly var header = ref span.Header;
        var publication = new Publication
        {
            SpanId = header.SpanId,
            ParentSpanId = header.ParentSpanId,
            Resource = message.Resource,
            Channel = message.Channel,
            Start = header.StartUnixNanos,
            End = Math.Min(header.EndUnixNanos, message.Arrival),
            Arrival = message.Arrival,
            Relay = relay,
        };
        var armed = context.Shared.Relays[relay].Arming != RelayArming.Learned
            || context.Shared.Channels.IsArmed(new ChannelId(relay, message.Channel), publication.End);
        publication.Marks = armed ? HandoffMarks.Armed : HandoffMarks.None;
        return publication;
    }

    private static ByteRange KeepMessageId(TraceState trace, in SpanEvent span)
    {
        var id = span.Text(TextKind.MessageId);
        return trace.Keep(id[..Math.Min(id.Length, MaxMessageId)]);
    }
}
