using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Judge;

/// <summary>A wheel's entries say since when their traces have had something open.</summary>
public class TimingWheelOldestTests
{
    private readonly TimingWheel _wheel = new();
    private readonly List<TraceAge> _found = [];

    [Fact]
    public void Those_that_have_had_it_for_longest_are_found_wherever_they_stand()
    {
        _wheel.MoveTo(200, []);
        for (var i = 0; i < 600; i++)
        {
            Add(i, due: 200 + i, published: 1000 - i);
        }
        Assert.Equal([599, 598, 597], Oldest(3));
        Assert.Equal(600, Oldest(700).Count);
    }

    [Fact]
    public void Of_two_of_one_age_the_trace_with_the_lower_id_comes_first()
    {
        Add(7, due: 1, published: 5);
        Add(3, due: 2, published: 5);
        Add(9, due: 3, published: 4);
        Assert.Equal([9, 3, 7], Oldest(9));
        Assert.Equal([9, 3], Oldest(2));
        Add(2, due: 4, published: 5);
        Assert.Equal([9, 2], Oldest(2));
    }

    [Fact]
    public void Traces_with_nothing_open_and_entries_that_are_gone_are_not_found()
    {
        Add(1, due: 1, published: long.MaxValue);
        var cancelled = Add(2, due: 2, published: 1);
        Add(3, due: 3, published: 2);
        var parked = _wheel.Park(-1, Of(4));
        _wheel.SetOldest(parked, Of(4), 3);
        _wheel.SetOldest(parked, Of(5), 1); // not its own
        _wheel.Cancel(cancelled, Of(2));
        Assert.Equal([3, 4], Oldest(9));
    }

    [Fact]
    public void An_age_that_is_not_right_is_corrected_and_that_of_a_second_entry_is_none()
    {
        var entry = Add(1, due: 1, published: 5);
        var trace = new TraceState();
        trace.Reset(Of(1));
        trace.WheelHandle = entry;
        Open(trace, 8);
        Oldest(1);
        Assert.False(_wheel.IsRight(_found[0], trace));
        Oldest(1);
        Assert.Equal(8, _found[0].Published);
        Assert.True(_wheel.IsRight(_found[0], trace));

        // After a restart no trace knows its entry, until it gets another one.
        trace.WheelHandle = -1;
        Assert.True(_wheel.IsRight(_found[0], trace));
        trace.WheelHandle = Add(1, due: 2, published: 8);
        Oldest(2);
        Assert.Equal([false, true], _found.Select(found => _wheel.IsRight(found, trace)));
        Oldest(2);
        Assert.Equal(trace.WheelHandle, Assert.Single(_found).Entry);
    }

    private static void Open(TraceState trace, long published)
    {
        trace.Handoffs.Add(new Handoff { Published = new Publication { SpanId = new(1), End = published } });
        trace.Backlog.Update(trace, []);
    }

    private static TraceId Of(int trace) => new(0, (ulong)trace);

    private int Add(int trace, long due, long published)
    {
        var entry = _wheel.Schedule(-1, Of(trace), due * TimingWheel.SliceNanos);
        _wheel.SetOldest(entry, Of(trace), published);
        return entry;
    }

    private List<int> Oldest(int count)
    {
        _wheel.FindOldest(count, _found);
        return [.. _found.Select(found => (int)found.Trace.Low)];
    }
}
