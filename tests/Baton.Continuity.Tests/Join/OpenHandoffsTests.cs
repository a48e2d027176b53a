using Baton.Continuity.Join;

namespace Baton.Continuity.Tests.Join;

/// <summary>What is open, counted as it moves: by relay and state, in all, and since when.</summary>
public class OpenHandoffsTests
{
    private const long Second = 1_000_000_000;

    private readonly OpenHandoffs _open = new();

    [Fact]
    public void A_handoff_counts_where_it_stands_until_it_is_closed()
    {
        Move(2, 5, OpenState.Closed, OpenState.Waiting);
        Assert.Equal((1, 0, 0, 1), (_open.Count(2, OpenState.Waiting), _open.Count(0, OpenState.Waiting), _open.Count(9, OpenState.Waiting), _open.Total));
        Move(2, 5, OpenState.Waiting, OpenState.Running);
        Move(2, 5, OpenState.Running, OpenState.Running);
        Assert.Equal((0, 1, 1, true), (_open.Count(2, OpenState.Waiting), _open.Count(2, OpenState.Running), _open.Total, _open.Any));
        Move(2, 5, OpenState.Running, OpenState.Missed);
        Assert.Equal((1, 1, false), (_open.Count(2, OpenState.Missed), _open.Total, _open.Any));
        Move(2, 5, OpenState.Missed, OpenState.Closed);
        Assert.Equal((0, 0, false), (_open.Count(2, OpenState.Missed), _open.Total, _open.Any));
    }

    [Fact]
    public void The_oldest_of_a_relay_is_known_to_the_second()
    {
        Assert.Equal((0, 0), (_open.OldestPublished(0), _open.OldestPublished(1)));
        Move(1, 7, OpenState.Closed, OpenState.Waiting);
        Move(1, 5, OpenState.Closed, OpenState.Waiting);
        Move(1, 5, OpenState.Closed, OpenState.Waiting);
        Assert.Equal((0, 5 * Second), (_open.OldestPublished(0), _open.OldestPublished(1)));
        Move(1, 5, OpenState.Waiting, OpenState.Closed);
        Assert.Equal(5 * Second, _open.OldestPublished(1));
        Move(1, 5, OpenState.Waiting, OpenState.Running);
        Move(1, 5, OpenState.Running, OpenState.Closed);
        Assert.Equal((7 * Second, 1), (_open.OldestPublished(1), _open.Total));
    }

    private void Move(int relay, long second, OpenState from, OpenState to) => _open.Move(relay, second * Second + 3, from, to);
}
