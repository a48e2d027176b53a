using System.Buffers.Binary;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>What a producing span says of its own job, beyond its relay's rules: by when, not before when, how many.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>A job that is not due for longer than any deadline can be (30 days) is a mistake in a unit.</summary>
    private const long MaxDelayNanos = 720L * 3600 * 1_000_000_000;

    /// <summary>What a producing span states to the relay whose `produce` it meets. A value that makes no sense is counted, and not used.</summary>
    private Terms TermsOf(in SpanEvent span, long arrival)
    {
        ref readonly var header = ref span.Header;
        var relay = (ushort)header.ProduceRelay;
        var end = Math.Min(header.EndUnixNanos, arrival);
        var terms = new Terms { Batch = (ushort)Math.Min(header.BatchCount, ushort.MaxValue) };
        var count = span.Text(TextKind.ExpectedCount);
        if (!count.IsEmpty)
        {
            terms.Count = (ushort)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(count), RelayExpectation.MaxCount);
            Check(terms.Count > 0, relay, StatedTerm.Count);
        }
        var notBefore = StatedTime.Of(span.Text(TextKind.NotBefore));
        if (notBefore.Form != StatedForm.None)
        {
            var at = notBefore.Form == StatedForm.AfterEnd ? end + notBefore.Nanos : notBefore.Nanos;
            var sound = Check(notBefore.Form != StatedForm.Bad && at - end <= MaxDelayNanos, relay, StatedTerm.NotBefore);
            terms.NotBefore = sound && at > end ? at : 0;
        }
        var deadline = StatedTime.Of(span.Text(TextKind.Deadline));
        if (deadline.Form != StatedForm.None)
        {
            var from = Math.Max(end, terms.NotBefore);
            var at = deadline.Form == StatedForm.AfterEnd ? from + deadline.Nanos : deadline.Nanos;
            var sound = Check(deadline.Form != StatedForm.Bad && at > from, relay, StatedTerm.Deadline);
            terms.CloseBy = sound ? Math.Min(at, from + context.Shared.DeadlinesOf(relay).MaxDeadlineNanos) : 0;
        }
        return terms;
    }

    /// <summary>
    /// Of what the nested spans of one publication state, that counts which was stated to the relay that owns it; the inner span's before
    /// the outer's. How many messages there are, only the inner one knows.
    /// </summary>
    private static Terms Merge((Terms Terms, ushort Relay) inner, (Terms Terms, ushort Relay) outer, ushort owner)
    {
        var merged = inner.Relay == owner ? inner.Terms : new Terms { Batch = inner.Terms.Batch };
        if (outer.Relay == owner)
        {
            merged.NotBefore = merged.NotBefore != 0 ? merged.NotBefore : outer.Terms.NotBefore;
            merged.CloseBy = merged.CloseBy != 0 ? merged.CloseBy : outer.Terms.CloseBy;
            merged.Count = merged.Count != 0 ? merged.Count : outer.Terms.Count;
        }
        return merged;
    }

    /// <summary>Sets what was stated, and what follows from it and from the relay: deadlines, and what completes the job.</summary>
    private void SetTerms(ref Handoff handoff, in Terms stated)
    {
        ref var published = ref handoff.Published;
        var (expectation, completed) = (handoff.Terms.Expectation, handoff.Terms.Completed);
        handoff.Terms = stated;
        (handoff.Terms.Expectation, handoff.Terms.Completed) = (expectation, completed);
        var deadlines = context.Shared.DeadlinesOf(published.Relay);
        var from = handoff.DueFrom;
        handoff.Terms.Heartbeat = deadlines.HeartbeatNanos;
        SetCloseBy(ref handoff, deadlines);
        published.StartBy = deadlines.ScheduleToStartNanos > 0 ? from + deadlines.ScheduleToStartNanos : 0;
        published.StartToClose = deadlines.StartToCloseNanos;
        SetExpected(ref handoff);
        handoff.Unmark(HandoffMarks.HasTerms);
        handoff.Mark(handoff.Terms.Any ? HandoffMarks.HasTerms : HandoffMarks.None);
    }

    private bool Check(bool sound, ushort relay, StatedTerm term)
    {
        if (!sound)
        {
            context.Observer?.StatementIgnored(context.Shared.Relays[relay].Name, term);
        }
        return sound;
    }
}
