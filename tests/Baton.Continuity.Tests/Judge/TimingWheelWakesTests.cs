using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Judge;

/// <summary>What an entry says when it wakes, and what becomes of it.</summary>
public class TimingWheelWakesTests
{
    private const long Slice = TimingWheel.SliceNanos;
    private readonly TimingWheel _wheel = new();
    private readonly List<Wake> _wakes = [];

    [Fact]
    public void It_says_whether_it_only_tells_as_it_was_scheduled_last()
    {
        Add(1, onlyTells: true, published: 7);
        var doubted = Add(2, onlyTells: true, published: 7);
        var moved = Add(3, onlyTells: true, published: 7);
        var later = Add(4, onlyTells: false, published: 7);
        _wheel.Schedule(doubted, Of(2), Slice);
        _wheel.ScheduleBy(moved, Of(3), 5 * Slice);
        _wheel.Schedule(later, Of(4), Slice, onlyTells: true);
        _wheel.MoveTo(1, _wakes);
        Assert.Equal([(1, true), (2, false), (3, false), (4, true)], _wakes.Select(wake => ((int)wake.Trace.Low, wake.OnlyTells)));
        Assert.All(_wakes, wake => Assert.Equal(Slice, wake.Due));
    }

    [Fact]
    public void Since_when_the_oldest_of_those_has_waited_is_known_and_one_of_which_it_is_not_is_looked_at()
    {
        Add(1, onlyTells: false, published: 3);
        Add(2, onlyTells: true, published: 9);
        Add(3, onlyTells: true, published: 5);
        Add(4, onlyTells: true, published: long.MaxValue);
        _wheel.MoveTo(1, _wakes);
        Assert.Equal(5, _wheel.OldestToTell);
        Assert.Equal([false, true, true, false], _wakes.Select(wake => wake.OnlyTells));

        _wheel.Schedule(-1, Of(5), 2 * Slice);
        _wheel.MoveTo(2, _wakes);
        Assert.Equal(long.MaxValue, _wheel.OldestToTell);
    }

    [Fact]
    public void What_is_doubted_is_looked_at_at_its_time()
    {
        Add(1, onlyTells: true, published: 3);
        var parked = _wheel.Park(-1, Of(2));
        _wheel.DoubtAll();
        _wheel.MoveTo(1, _wakes);
        Assert.Equal([new Wake(Slice, Of(1), _wakes[0].Entry)], _wakes);
        Assert.Equal(parked, _wheel.Park(parked, Of(2)));
    }

    [Fact]
    public void An_entry_that_woke_is_its_trace_s_own_unless_that_has_another()
    {
        var woken = Add(1, onlyTells: false, published: 1);
        Assert.Equal(woken, _wheel.Own(-1, woken, Of(1)));
        Assert.Equal(woken, _wheel.Own(woken, woken, Of(1)));
        Assert.Equal(-1, _wheel.Own(-1, -1, Of(1)));
        Assert.Equal(-1, _wheel.Own(-1, woken, Of(9)));
        var own = Add(1, onlyTells: false, published: 1);
        Assert.Equal(own, _wheel.Own(own, woken, Of(1)));
        Assert.False(_wheel.Holds(woken, Of(1)));
        Assert.Equal(1, _wheel.Count);
    }

    [Fact]
    public void It_stays_until_whom_it_woke_has_said_what_becomes_of_it()
    {
        var entry = Add(1, onlyTells: true, published: 1);
        _wheel.MoveTo(1, _wakes);
        Assert.Equal((entry, 1), (Assert.Single(_wakes).Entry, _wheel.Count));
        Assert.Equal(long.MaxValue, _wheel.NextStop(1_000_000));
        Assert.Equal(entry, _wheel.Schedule(entry, Of(1), 3 * Slice));
        _wheel.MoveTo(3, _wakes);
        Assert.Equal([new Wake(3 * Slice, Of(1), entry)], _wakes);
    }

    [Fact]
    public void Once_it_woke_it_wakes_again_when_it_is_scheduled_for_the_same_time()
    {
        var entry = Add(1, onlyTells: false, published: 1);
        _wheel.MoveTo(1, _wakes);
        _wheel.Schedule(entry, Of(1), Slice);
        _wheel.MoveTo(2, _wakes);
        Assert.Equal([new Wake(Slice, Of(1), entry)], _wakes);
    }

    [Fact]
    public void One_that_was_due_at_the_beginning_of_time_does_more_than_tell_if_nobody_says_so()
    {
        _wheel.SetOldest(_wheel.Schedule(-1, Of(1), 0), Of(1), 0);
        _wheel.MoveTo(1, _wakes);
        Assert.False(Assert.Single(_wakes).OnlyTells);
    }

    [Fact]
    public void However_many_there_are_each_is_doubted_and_nothing_beyond_them()
    {
        for (var i = 0; i < 4096; i++)
        {
            Add(i, onlyTells: true, published: 1);
            _wheel.DoubtAll();
        }
        _wheel.MoveTo(1, _wakes);
        Assert.Equal(4096, _wakes.Count(wake => !wake.OnlyTells));
    }

    private static TraceId Of(int trace) => new(0, (ulong)trace);

    private int Add(int trace, bool onlyTells, long published)
    {
        var entry = _wheel.Schedule(-1, Of(trace), Slice, onlyTells);
        _wheel.SetOldest(entry, Of(trace), published);
        return entry;
    }
}
