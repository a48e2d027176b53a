using Baton.Continuity.Join;
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
        Wakes(1);
        Assert.Equal([(1, true), (2, false), (3, false), (4, true)], _wakes.Select(wake => ((int)wake.Trace.Low, wake.OnlyTells)));
        Assert.All(_wakes, wake => Assert.Equal(Slice, wake.Due));
    }

    [Fact]
    public void One_of_which_it_is_not_known_since_when_it_waits_is_looked_at()
    {
        Add(1, onlyTells: true, published: 3);
        Add(2, onlyTells: true, published: long.MaxValue);
        Assert.Equal([true, false], Wakes(1).Select(wake => wake.OnlyTells));
    }

    [Fact]
    public void One_that_only_tells_can_be_held_and_any_other_cannot()
    {
        Add(1, onlyTells: true, published: 3);
        Add(2, onlyTells: false, published: 3);
        Assert.Equal([true, false], Wakes(1).Select(wake => _wheel.TryHold(wake, Sighted())));
        Assert.Equal([true, false], _wakes.Select(wake => _wheel.IsHeld(wake.Entry, wake.Trace)));
        Assert.Equal([true, false], _wakes.Select(wake => _wheel.TryRelease(wake.Entry, wake.Trace)));
        Assert.All(_wakes, wake => Assert.False(_wheel.TryRelease(wake.Entry, wake.Trace)));
        Assert.Equal(2, _wheel.Count);
    }

    [Fact]
    public void One_that_waited_since_before_Baton_saw_cannot_be_held_until_all_has_settled()
    {
        var sight = Sighted();
        sight.Start(now: 2, watchedUntil: 1);
        var settled = 2 + new ContinuityOptions { Relays = [] }.SettleNanos + Slice;
        foreach (var due in (long[])[settled - 1, settled])
        {
            var entry = _wheel.Schedule(-1, Of(1), due, onlyTells: true);
            _wheel.SetOldest(entry, Of(1), 1);
            Assert.Equal(due == settled, _wheel.TryHold(new Wake(due, Of(1), entry, OnlyTells: true), sight));
            _wheel.Cancel(entry, Of(1));
        }
    }

    [Fact]
    public void One_that_is_held_is_so_until_it_is_scheduled_or_parked_and_by_its_trace_alone()
    {
        var (scheduled, parked, cancelled) = (Add(1, onlyTells: true, published: 3), Add(2, onlyTells: true, published: 3), Add(3, onlyTells: true, published: 3));
        Assert.All(Wakes(1), wake => Assert.True(_wheel.TryHold(wake, Sighted())));
        Assert.False(_wheel.IsHeld(scheduled, Of(2)));
        Assert.False(_wheel.TryRelease(scheduled, Of(2)));
        _wheel.DoubtAll();
        Assert.All(_wakes, wake => Assert.True(_wheel.IsHeld(wake.Entry, wake.Trace)));
        _wheel.Schedule(scheduled, Of(1), 5 * Slice);
        _wheel.Park(parked, Of(2));
        _wheel.Cancel(cancelled, Of(3));
        Assert.All(_wakes, wake => Assert.False(_wheel.IsHeld(wake.Entry, wake.Trace)));
        Assert.Equal([new Wake(5 * Slice, Of(1), scheduled)], Wakes(5));
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

    private static Sight Sighted() => new(new ContinuityOptions { Relays = [] });

    private static TraceId Of(int trace) => new(0, (ulong)trace);

    private List<Wake> Wakes(long slice)
    {
        _wheel.MoveTo(slice, _wakes);
        _wakes.Sort();
        return _wakes;
    }

    private int Add(int trace, bool onlyTells, long published)
    {
        var entry = _wheel.Schedule(-1, Of(trace), Slice, onlyTells);
        _wheel.SetOldest(entry, Of(trace), published);
        return entry;
    }
}
