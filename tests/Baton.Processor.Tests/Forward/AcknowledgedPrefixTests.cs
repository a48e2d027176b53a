using Baton.Processor.Forward;
using CsCheck;

namespace Baton.Processor.Tests.Forward;

public sealed class AcknowledgedPrefixTests
{
    [Fact]
    public void The_position_is_the_end_of_the_longest_prefix_that_is_done_in_whatever_order_entries_end()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 50], Gen.Int).Sample((count, ahead, seed) =>
        {
            var random = new Random(seed);
            var prefix = new AcknowledgedPrefix(1000);
            var open = new List<long>();
            var done = new HashSet<long>();
            for (var added = 0; added < count || open.Count > 0;)
            {
                if (added < count && open.Count < ahead)
                {
                    Assert.Equal(added, prefix.Add(1000 + 10 * (added + 1), 50_000 + added));
                    open.Add(added++);
                    continue;
                }
                var picked = open[random.Next(open.Count)];
                open.Remove(picked);
                done.Add(picked);
                var before = prefix.Position;
                var moved = prefix.Complete(picked);
                var length = Enumerable.Range(0, added).TakeWhile(ticket => done.Contains(ticket)).Count();
                Assert.Equal((1000 + 10 * length, added - length), (prefix.Position, prefix.Count));
                Assert.Equal(prefix.Position > before, moved);
                Assert.Equal(length == added ? null : 50_000 + length, prefix.OldestArrivalUnixNanos);
            }
        });
    }
}
