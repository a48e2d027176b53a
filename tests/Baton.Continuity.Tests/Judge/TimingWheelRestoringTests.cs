using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Judge;

/// <summary>Over a restart a trace keeps its entry.</summary>
public class TimingWheelRestoringTests
{
    private const long Slice = TimingWheel.SliceNanos;

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(150_000)]
    public void Each_has_its_own_entry_again_in_whatever_order_they_come(int traces)
    {
        var handles = HandlesBefore(traces);
        var wheel = new TimingWheel();
        foreach (var trace in Enumerable.Range(0, traces).Reverse())
        {
            Assert.Equal(handles[trace], wheel.Restore(handles[trace], Of(trace)));
        }
        wheel.EndRestore();
        Assert.Equal(traces, wheel.Count);
        for (var trace = 0; trace < traces; trace++)
        {
            Assert.Equal(handles[trace], wheel.Schedule(handles[trace], Of(trace), Slice));
        }
        List<Wake> wakes = [];
        wheel.MoveTo(1, wakes);
        Assert.Equal(traces, wakes.Select(wake => wake.Trace).Distinct().Count());
    }

    [Fact]
    public void It_wakes_at_no_time_until_it_is_scheduled_and_has_nothing_open_until_that_is_said()
    {
        var wheel = new TimingWheel();
        var handle = wheel.Restore(HandlesBefore(1)[0], Of(1));
        wheel.EndRestore();
        List<TraceAge> oldest = [];
        wheel.FindOldest(9, oldest);
        Assert.Equal((long.MaxValue, 0), (wheel.NextStop(1_000_000), oldest.Count));
        wheel.SetOldest(handle, Of(1), 7);
        wheel.FindOldest(9, oldest);
        Assert.Equal(new TraceAge(7, Of(1), handle), Assert.Single(oldest));
    }

    [Fact]
    public void What_lay_between_them_is_free_and_used_again_before_there_are_more()
    {
        var handles = HandlesBefore(3_000);
        var wheel = new TimingWheel();
        foreach (var trace in (int[])[7, 2_500, 1_000])
        {
            wheel.Restore(handles[trace], Of(trace));
        }
        wheel.EndRestore();
        var free = handles[..2_501].Except([handles[7], handles[2_500], handles[1_000]]).ToHashSet();
        foreach (var trace in Enumerable.Range(10_000, free.Count))
        {
            Assert.True(free.Remove(wheel.Schedule(-1, Of(trace), Slice)));
        }
        Assert.Equal(handles[2_501], wheel.Schedule(-1, Of(1), Slice));
        Assert.Equal(2_502, wheel.Count);
    }

    [Fact]
    public void One_whose_place_another_has_or_that_had_none_gets_another()
    {
        var handles = HandlesBefore(2);
        var wheel = new TimingWheel();
        wheel.Restore(handles[1], Of(1));
        int[] others = [wheel.Restore(handles[1], Of(2)), wheel.Restore(-1, Of(3)), wheel.Restore(0, Of(4)), wheel.Restore(handles[0] - 1, Of(5))];
        wheel.EndRestore();
        Assert.Equal(5, others.Append(handles[1]).Distinct().Count());
        Assert.All(others, other => Assert.True(other > handles[1]));
        Assert.Equal(others[0], wheel.Schedule(others[0], Of(2), Slice));
        Assert.NotEqual(handles[1], wheel.Schedule(handles[1], Of(2), Slice));
        Assert.Equal(6, wheel.Count);
    }

    [Fact]
    public void A_place_is_taken_by_one_that_is_scheduled_already_wherever_that_lies()
    {
        var handle = HandlesBefore(1)[0];
        for (var slice = 11; slice <= 300; slice++)
        {
            var wheel = new TimingWheel();
            wheel.StartAt(10 * Slice);
            wheel.Schedule(wheel.Restore(handle, Of(1)), Of(1), slice * Slice);
            Assert.NotEqual(handle, wheel.Restore(handle, Of(2)));
            wheel.EndRestore();
            Assert.NotEqual(handle, wheel.Schedule(-1, Of(3), Slice));
        }
    }

    private static TraceId Of(int trace) => new(7, (ulong)trace);

    private static int[] HandlesBefore(int count)
    {
        var wheel = new TimingWheel();
        return [.. Enumerable.Range(0, count).Select(i => wheel.Schedule(-1, Of(i), Slice))];
    }
}
