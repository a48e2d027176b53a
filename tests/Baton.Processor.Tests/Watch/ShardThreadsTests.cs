using Baton.Processor.Watch;

namespace Baton.Processor.Tests.Watch;

public sealed class ShardThreadsTests
{
    [Fact]
    public void Every_part_of_every_round_runs_once_before_the_round_ends()
    {
        using var threads = new ShardThreads(4);
        var runs = new int[4];
        for (var round = 1; round <= 5000; round++)
        {
            threads.Run(4, shard => runs[shard]++);
            Assert.All(runs, run => Assert.Equal(round, run));
        }
    }

    [Fact]
    public void A_round_may_have_fewer_parts_than_there_are_threads()
    {
        using var threads = new ShardThreads(4);
        var runs = new int[4];
        threads.Run(2, shard => runs[shard]++);
        threads.Run(1, shard => runs[shard]++);

        Assert.Equal([2, 1, 0, 0], runs);
    }

    [Fact]
    public void What_a_part_throws_is_thrown_when_all_parts_have_ended_and_the_next_round_runs()
    {
        using var threads = new ShardThreads(3);
        var ran = 0;

        Assert.Throws<InvalidDataException>(() => threads.Run(3, shard =>
        {
            Interlocked.Increment(ref ran);
            if (shard == 2) throw new InvalidDataException();
        }));
        threads.Run(3, _ => Interlocked.Increment(ref ran));

        Assert.Equal(6, ran);
    }
}
