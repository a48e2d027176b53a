using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Tests.Join;

/// <summary>The orders that must not depend on threads: each field decides where all before it are equal, and the later ones do not.</summary>
public class OrderTests
{
    [Fact]
    public void Messages_go_by_what_they_follow_from_and_how_often_they_were_passed_on() => IsInOrder(
        Message.InOrder,
        new Message { Position = 1, SpanIndex = 9, Hop = 9, Kind = MessageKind.Beat, Target = new SpanId(9), Step = 9 },
        new Message { Position = 2, SpanIndex = 1, Hop = 9, Kind = MessageKind.Beat, Target = new SpanId(9), Step = 9 },
        new Message { Position = 2, SpanIndex = 2, Hop = 1, Kind = MessageKind.Beat, Target = new SpanId(9), Step = 9 },
        new Message { Position = 2, SpanIndex = 2, Hop = 2, Kind = MessageKind.Ask, Target = new SpanId(9), Step = 9 },
        new Message { Position = 2, SpanIndex = 2, Hop = 2, Kind = MessageKind.Hold, Target = new SpanId(1), Step = 9 },
        new Message { Position = 2, SpanIndex = 2, Hop = 2, Kind = MessageKind.Hold, Target = new SpanId(2), Step = 1 },
        new Message { Position = 2, SpanIndex = 2, Hop = 2, Kind = MessageKind.Hold, Target = new SpanId(2), Step = 2 });

    [Fact]
    public void Outputs_go_by_when_they_were_decided_and_then_by_their_ids() => IsInOrder(
        Output.InOrder,
        Of(1, 9, 9, 9, SynthesizedKind.Stitch),
        Of(2, 1, 9, 9, SynthesizedKind.Stitch),
        Of(2, 2, 1, 9, SynthesizedKind.Stitch),
        Of(2, 2, 2, 1, SynthesizedKind.Stitch),
        Of(2, 2, 2, 2, SynthesizedKind.Deadline),
        Of(2, 2, 2, 2, SynthesizedKind.Recovered));

    private static Output Of(long at, ulong high, ulong low, ulong span, SynthesizedKind kind) =>
        new(new VerdictEventHeader { TraceId = new TraceId(high, low), SpanId = new SpanId(span), Synthesized = kind }, 0, [], at);

    private static void IsInOrder<T>(Comparison<T> order, params T[] items)
    {
        for (var a = 0; a < items.Length; a++)
        {
            for (var b = 0; b < items.Length; b++)
            {
                Assert.Equal(a.CompareTo(b), Math.Sign(order(items[a], items[b])));
            }
        }
    }
}
