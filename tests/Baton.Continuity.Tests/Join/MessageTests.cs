using Baton.Continuity.Join;

namespace Baton.Continuity.Tests.Join;

public class MessageTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3, 4 })]
    [InlineData(new[] { 4, 3, 2, 1 })]
    [InlineData(new[] { 1, 2, 4, 3 })]
    [InlineData(new[] { 1 })]
    [InlineData(new int[0])]
    public void They_are_sorted_by_what_they_follow_from_in_whatever_order_they_come(int[] order)
    {
        Message[] sorted =
        [
            new() { Position = 1, SpanIndex = 9, Hop = 9 }, new() { Position = 2, SpanIndex = 1, Hop = 9 },
            new() { Position = 2, SpanIndex = 2, Hop = 1, Step = 9 }, new() { Position = 2, SpanIndex = 2, Hop = 2, Step = 1 },
        ];
        Message[] messages = [.. order.Select(place => sorted[place - 1])];
        Message.Sort(messages);
        Assert.Equal(order.Order(), messages.Select(message => Array.FindIndex(sorted, each => Message.InOrder(each, message) == 0) + 1));
    }
}
