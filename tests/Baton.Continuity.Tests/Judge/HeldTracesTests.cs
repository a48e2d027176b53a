using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Judge;

/// <summary>Who waits for a deadline to be told.</summary>
public class HeldTracesTests
{
    private readonly HeldTraces _held = new();

    [Fact]
    public void Who_was_first_is_taken_first()
    {
        _held.Add(Of(3));
        _held.Add(new Wake(9, Of(1), Entry: 7));
        _held.Add(Of(2));
        Assert.Equal([(Of(3), -1), (Of(1), 7), (Of(2), -1)], Taken().Select(wake => (wake.Trace, wake.Entry)));
        Assert.False(_held.Any);
    }

    [Fact]
    public void One_that_was_looked_at_waits_once_until_it_is_taken()
    {
        _held.Add(Of(1));
        _held.Add(Of(1));
        Assert.Equal((true, false), (_held.HasLookedAt(Of(1)), _held.HasLookedAt(Of(2))));
        Assert.Single(Taken());
        Assert.False(_held.HasLookedAt(Of(1)));
        _held.Add(Of(1));
        Assert.True(_held.Any);
    }

    [Fact]
    public void One_that_was_not_looked_at_is_none_that_was_and_leaves_the_other_where_it_is()
    {
        _held.Add(new Wake(9, Of(1), Entry: 7));
        Assert.False(_held.HasLookedAt(Of(1)));
        _held.Add(Of(1));
        Assert.True(_held.TryTake(out var first));
        Assert.Equal((7, true), (first.Entry, _held.HasLookedAt(Of(1))));
        Assert.Equal(-1, Assert.Single(Taken()).Entry);
    }

    [Fact]
    public void However_many_have_waited_they_can_wait_again()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100_000; i++)
            {
                _held.Add(new Wake(0, Of(i), Entry: i));
            }
            Assert.Equal(Enumerable.Range(0, 100_000), Taken().Select(wake => wake.Entry));
        }
    }

    private static TraceId Of(int trace) => new(0, (ulong)trace);

    private List<Wake> Taken()
    {
        List<Wake> taken = [];
        while (_held.TryTake(out var wake))
        {
            taken.Add(wake);
        }
        return taken;
    }
}
