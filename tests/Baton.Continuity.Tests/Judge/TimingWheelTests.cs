using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using CsCheck;

namespace Baton.Continuity.Tests.Judge;

public class TimingWheelTests
{
    private const int MostWakes = 100_000;
    private const long Slice = TimingWheel.SliceNanos;
    private static readonly TraceId Trace = new(1, 1);

    [Fact]
    public void An_entry_wakes_once_its_slice_is_over_and_not_before()
    {
        var wheel = new TimingWheel();
        wheel.Schedule(-1, Trace, 10 * Slice);

        Assert.Empty(Wakes(wheel, 10 * Slice - 1));
        Assert.Equal([new Wake(10 * Slice, Trace)], Wakes(wheel, 10 * Slice));
        Assert.Empty(Wakes(wheel, 20 * Slice));
        Assert.Equal(0, wheel.Count);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(3_000)]
    [InlineData(140_000)]
    public void However_many_there_are_each_wakes_once_and_in_its_slice(int entries)
    {
        var wheel = new TimingWheel();
        for (var i = 0; i < entries; i++)
        {
            wheel.Schedule(-1, new TraceId(7, (ulong)(entries - i)), (1 + i % 200) * Slice);
        }
        Assert.Equal(entries, wheel.Count);
        List<Wake> wakes = [];
        for (var slice = 1; slice <= 200; slice++)
        {
            wheel.MoveTo(slice, wakes);
            Assert.Equal((entries + 200 - slice) / 200, wakes.Count);
            Assert.True(wakes.TrueForAll(wake => (entries - (int)wake.Trace.Low) % 200 == slice - 1));
            Assert.Equal(wakes.Count, wakes.Select(wake => wake.Trace).Distinct().Count());
            wakes.ForEach(wake => wheel.Cancel(wake.Entry, wake.Trace));
        }
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void It_wakes_in_its_very_slice_however_far_ahead_that_is()
    {
        foreach (var start in (long[])[0, 1, 255, 256, 257, 65_535, 65_536, 70_000, 16_777_215, (1L << 32) - 200])
        {
            foreach (var ahead in (long[])[1, 2, 254, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_535, 65_536, 65_537, 131_072, 16_777_215, 16_777_216, 16_777_217])
            {
                var (wheel, due) = (new TimingWheel(), start + ahead);
                wheel.StartAt(start * Slice);
                wheel.Schedule(-1, Trace, due * Slice - ahead % 2);
                Assert.Empty(Wakes(wheel, due * Slice - 1));
                Assert.Equal([new Wake(due * Slice - ahead % 2, Trace)], Wakes(wheel, due * Slice));
            }
        }
    }

    [Fact]
    public void An_entry_in_the_past_wakes_with_the_next_slice()
    {
        var wheel = new TimingWheel();
        wheel.StartAt(100 * Slice);
        wheel.Schedule(-1, Trace, 5);

        Assert.Equal([new Wake(5, Trace)], Wakes(wheel, 101 * Slice));
    }

    [Fact]
    public void A_moved_entry_wakes_at_its_new_time_only()
    {
        var wheel = new TimingWheel();
        var handle = wheel.Schedule(-1, Trace, 10 * Slice);
        Assert.Equal(handle, wheel.Schedule(handle, Trace, 3000 * Slice));

        Assert.Empty(Wakes(wheel, 2999 * Slice));
        Assert.Single(Wakes(wheel, 3000 * Slice));
    }

    [Fact]
    public void A_handle_from_before_a_restart_moves_and_cancels_nobody_else()
    {
        var wheel = new TimingWheel();
        var handle = wheel.Schedule(-1, Trace, 10 * Slice);
        var other = new TraceId(2, 2);

        wheel.Cancel(handle, other);
        Assert.NotEqual(handle, wheel.Schedule(handle, other, 20 * Slice));
        Assert.Equal([new Wake(10 * Slice, Trace), new Wake(20 * Slice, other)], Wakes(wheel, 30 * Slice));
    }

    [Fact]
    public void A_handle_from_before_a_restart_may_be_beyond_all_entries()
    {
        var (before, wheel) = (new TimingWheel(), new TimingWheel());
        for (var i = 0; i < 1024; i++)
        {
            before.Schedule(-1, new TraceId(7, (ulong)i), Slice);
            wheel.Schedule(-1, new TraceId(7, (ulong)i), Slice);
        }
        wheel.Cancel(before.Schedule(-1, Trace, Slice), Trace);
        Assert.Equal(1024, wheel.Count);
    }

    [Fact]
    public void A_trace_that_is_to_wake_by_a_time_wakes_before_it_if_it_would_anyway()
    {
        var wheel = new TimingWheel();
        var handle = wheel.ScheduleBy(-1, Trace, 10 * Slice);
        Assert.Equal(handle, wheel.ScheduleBy(handle, Trace, 20 * Slice));
        Assert.Equal([new Wake(10 * Slice, Trace)], Wakes(wheel, 15 * Slice));

        handle = wheel.ScheduleBy(handle, Trace, 30 * Slice);
        wheel.ScheduleBy(handle, Trace, 20 * Slice);
        Assert.Equal([new Wake(20 * Slice, Trace)], Wakes(wheel, 20 * Slice));
    }

    [Fact]
    public void Its_hand_never_goes_back()
    {
        var wheel = new TimingWheel();
        wheel.MoveTo(100, []);
        wheel.MoveTo(50, []);
        wheel.StartAt(60 * Slice);
        wheel.Schedule(-1, Trace, 5);
        Assert.Equal([long.MaxValue, 101], new[] { wheel.NextStop(100), wheel.NextStop(200) });
    }

    [Fact]
    public void What_is_parked_counts_until_it_is_cancelled_and_its_place_is_used_again()
    {
        var wheel = new TimingWheel();
        var handle = wheel.Park(-1, Trace);
        Assert.Equal(1, wheel.Count);
        Assert.Equal(handle, wheel.Park(handle, Trace));
        Assert.Equal(1, wheel.Count);
        wheel.Cancel(handle, Trace);
        Assert.Equal(0, wheel.Count);
        Assert.Equal(handle, wheel.Schedule(-1, new TraceId(2, 2), Slice));
    }

    [Fact]
    public void An_entry_beyond_the_wheel_s_span_wakes_when_it_is_due()
    {
        var wheel = new TimingWheel();
        var due = Slice * ((1L << 32) + 12_345);
        wheel.Schedule(-1, Trace, due);
        wheel.StartAt(due - 10 * Slice); // no test can wait for seven years of slices

        Assert.True(wheel.Count == 1);
    }

    /// <summary>Against a sorted list: any schedule, move, cancel and passing of time gives the same wake-ups in the same order.</summary>
    [Fact]
    public void It_wakes_what_a_sorted_list_would_in_the_same_order() => Gen.Select(
            Gen.Int[0, 20], Gen.Long[0, 400_000], Gen.Int[0, 9], Gen.Long[0, 2_000])
        .List[1, 200]
        .Sample(steps =>
        {
            var wheel = new TimingWheel();
            var handles = new Dictionary<TraceId, int>();
            var model = new Dictionary<TraceId, long>();
            var now = 0L;
            foreach (var (id, ahead, action, pass) in steps)
            {
                var trace = new TraceId(1, (ulong)id);
                if (action == 0)
                {
                    wheel.Cancel(handles.GetValueOrDefault(trace, -1), trace);
                    model.Remove(trace);
                }
                else
                {
                    var due = (now + ahead) * Slice / 7;
                    handles[trace] = wheel.Schedule(model.ContainsKey(trace) ? handles[trace] : -1, trace, due);
                    model[trace] = due;
                }
                now += pass;
                var expected = model.Where(e => (e.Value + Slice - 1) / Slice * Slice <= now / 7 * Slice).Select(e => new Wake(e.Value, e.Key)).ToList();
                var woken = Wakes(wheel, now / 7 * Slice);
                // What was due already when it was scheduled comes with the slice after; everything else at once.
                foreach (var wake in woken)
                {
                    Assert.True(model.Remove(wake.Trace, out var due) && due == wake.Due);
                }
                Assert.DoesNotContain(expected.Where(e => e.Due > (now - pass) / 7 * Slice), wake => !woken.Contains(wake));
                Assert.Equal(model.Count, wheel.Count);
            }
        }, iter: Iterations.Of(2000, withMutants: 60));

    private static List<Wake> Wakes(TimingWheel wheel, long now)
    {
        var all = new List<Wake>();
        var slice = new List<Wake>();
        while (wheel.NextStop(now / Slice) is < long.MaxValue and var stop)
        {
            wheel.MoveTo(stop, slice);
            slice.Sort();
            foreach (var wake in slice)
            {
                // It stays until whom it woke has said what becomes of it.
                Assert.Equal(wake.Entry, wheel.Schedule(wake.Entry, wake.Trace, long.MaxValue / 2));
                wheel.Cancel(wake.Entry, wake.Trace);
                all.Add(wake with { Entry = -1 });
            }
            Assert.InRange(all.Count, 0, MostWakes);
        }
        wheel.MoveTo(now / Slice, slice);
        Assert.Empty(slice);
        return all;
    }
}
