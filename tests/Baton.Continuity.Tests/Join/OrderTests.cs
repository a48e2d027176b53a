using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;
using CsCheck;

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
    public void Messages_of_several_shards_come_into_that_order() =>
        Gen.Select(Gen.Long[0, 3], Gen.Int[0, 3], (position, step) => new Message { Position = position, Step = step }).Array[0, 20].Sample(messages =>
        {
            var expected = messages.OrderBy(message => message.Position).ThenBy(message => message.Step).Select(message => (message.Position, message.Step)).ToList();

            Message.Sort(messages);

            Assert.Equal(expected, messages.Select(message => (message.Position, message.Step)));
        });

    [Fact]
    public void Outputs_go_by_when_they_were_decided_and_then_by_their_ids() => IsInOrder(
        Output.InOrder,
        Of(1, 9, 9, 9, SynthesizedKind.Stitch),
        Of(2, 1, 9, 9, SynthesizedKind.Stitch),
        Of(2, 2, 1, 9, SynthesizedKind.Stitch),
        Of(2, 2, 2, 1, SynthesizedKind.Stitch),
        Of(2, 2, 2, 2, SynthesizedKind.Deadline),
        Of(2, 2, 2, 2, SynthesizedKind.Recovered));

    [Fact]
    public void Signs_of_channels_go_by_what_they_are_and_then_by_everything_else_they_say() => IsInOrder(
        ChannelEvent.InOrder,
        new ChannelEvent(new ChannelId(9, 9), ChannelSign.Enrolled, 9, 9, 9),
        new ChannelEvent(new ChannelId(9, 9), ChannelSign.Acknowledged, 1, 9, 9),
        new ChannelEvent(new ChannelId(9, 1), ChannelSign.Acknowledged, 2, 9, 9),
        new ChannelEvent(new ChannelId(1, 2), ChannelSign.Acknowledged, 2, 9, 9),
        new ChannelEvent(new ChannelId(2, 2), ChannelSign.Acknowledged, 2, 1, 9),
        new ChannelEvent(new ChannelId(2, 2), ChannelSign.Acknowledged, 2, 2, 1),
        new ChannelEvent(new ChannelId(2, 2), ChannelSign.Acknowledged, 2, 2, 2));

    [Fact]
    public void Traces_with_something_open_go_by_when_it_was_published_and_two_entries_of_one_by_their_places() => IsInOrder(
        TraceAge.InOrder.Compare,
        new TraceAge(1, new TraceId(9, 9), 9),
        new TraceAge(2, new TraceId(1, 9), 9),
        new TraceAge(2, new TraceId(2, 1), 9),
        new TraceAge(2, new TraceId(2, 2), 1),
        new TraceAge(2, new TraceId(2, 2), 2));

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
