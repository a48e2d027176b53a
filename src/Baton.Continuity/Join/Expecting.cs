using System.Numerics;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>Fan-out and bulk: how many completions, or which ones, a handoff waits for.</summary>
internal sealed partial class TraceJoin
{
    /// <summary>
    /// Sets what completes a handoff: what its relay names, else what its producing span says.
    /// </summary>
    private void SetExpected(ref Handoff handoff)
    {
        var relay = context.RelayOf(handoff);
        ref var terms = ref handoff.Terms;
        if (terms.Expectation != relay.Expectation)
        {
            (terms.Expectation, terms.Completed) = (relay.Expectation, 0);
        }
        var expected = relay.Expectation != 0 ? context.Shared.Relays.Expectations.Of(relay.Expectation).Count
            : context.Shared.ExpectedOf(relay.Id) is > 0 and var count ? count
            : terms.Count > 0 ? terms.Count
            : terms.Batch;
        handoff.Published.Expected = (ushort)Math.Max(1, expected);
    }

    /// <summary>Counts a completing span.</summary>
    /// <returns>True if nothing is missing any more.</returns>
    private bool CountCompletion(TraceState trace, ref Handoff handoff, in SpanEvent span, Match match, bool nested, long arrival)
    {
        ref var published = ref handoff.Published;
        ref readonly var header = ref span.Header;
        var first = published.CompletedCount == 0;
        if (handoff.Terms.Expectation != 0)
        {
            var place = context.Shared.Relays.Expectations.PlaceOf(handoff.Terms.Expectation, span.Text(TextKind.Member, published.Relay));
            if (place < 0)
            {
                return false; // none of those that are expected
            }
            handoff.Terms.Completed |= 1UL << place;
            published.CompletedCount = (ushort)BitOperations.PopCount(handoff.Terms.Completed);
        }
        else if (published.Expected == 1)
        {
            published.CompletedCount = 1;
        }
        else
        {
            var more = nested && ParentCompleted(trace, header.ParentSpanId, handoff.SpanId) ? 0
                : match == Match.Link && EqualLinks(trace, handoff, span) is > 1 and var several ? several
                : CountJob(trace, handoff, span);
            published.CompletedCount = (ushort)Math.Min(published.CompletedCount + more, published.Expected);
        }
        KeepLatest(ref handoff, header, match, arrival, first);
        return published.CompletedCount >= published.Expected;
    }

    /// <summary>Of several completions the one that ended last says when the job was done, in whatever order they come.</summary>
    private static void KeepLatest(ref Handoff handoff, in SpanEventHeader header, Match match, long arrival, bool first)
    {
        ref var completed = ref handoff.Completed;
        var end = Math.Min(header.EndUnixNanos, arrival);
        if (first || end > completed.End)
        {
            completed = new Completion { End = end, TraceId = header.TraceId, SpanId = header.SpanId, Match = match };
        }
        completed.Arrival = arrival;
    }

    /// <summary>Whether the consumer span around this one has been counted already: a library's two spans are one completion.</summary>
    private static bool ParentCompleted(TraceState trace, SpanId parent, SpanId handoff)
    {
        for (var i = trace.FindTie(parent); i >= 0; i = trace.FindTie(parent, i + 1))
        {
            var tie = trace.Ties[i];
            if (tie.Handoff == handoff && tie.HandoffTrace.IsZero)
            {
                return (tie.Marks & TieMarks.Completed) != 0;
            }
        }
        return false;
    }

    /// <summary>A consumer that took several messages of one publication links to it once for each.</summary>
    private static int EqualLinks(TraceState trace, in Handoff handoff, in SpanEvent span)
    {
        var count = 0;
        foreach (ref readonly var link in span.Links)
        {
            count += link.TraceId == trace.TraceId
                && (link.SpanId == handoff.SpanId || (trace.Aliases.Count > 0 && IsAliasOf(trace, link.SpanId, handoff.SpanId)))
                ? 1 : 0;
        }
        return Math.Max(1, count);
    }

    private static bool IsAliasOf(TraceState trace, SpanId context, SpanId handoff) =>
        trace.FindAlias(context) is >= 0 and var alias && trace.Aliases[alias].Handoff == handoff;

    /// <summary>What is missing: names where the relay gives them, else how many; empty where one completion is all that is expected.</summary>
    public static IReadOnlyList<string> Missing(in Handoff handoff, Shared shared)
    {
        if (handoff.Terms.Expectation != 0)
        {
            var completed = handoff.Terms.Completed;
            return [.. shared.Relays.Expectations.Of(handoff.Terms.Expectation).Where((_, place) => (completed >> place & 1) == 0)];
        }
        var missing = handoff.Published.Expected - handoff.Published.CompletedCount;
        return handoff.Published.Expected > 1 ? [missing.ToString(System.Globalization.CultureInfo.InvariantCulture)] : [];
    }
}
