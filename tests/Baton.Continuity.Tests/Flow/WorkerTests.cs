using System.Buffers;
using Baton.Continuity.Flow;
using CsCheck;

namespace Baton.Continuity.Tests.Flow;

/// <summary>The busy ratio is the union of a worker's spans over a window of 60 s that ends 10 s ago.</summary>
public class WorkerTests
{
    private const long Second = 1_000_000_000;
    private static readonly BusyWindow Window = new(60 * Second, 10 * Second);

    private static Worker Play(IEnumerable<(double Start, double End, double Arrival)> spans, List<long>? gaps = null)
    {
        var worker = new Worker(Window);
        foreach (var (start, end, arrival) in spans)
        {
            worker.Add(At(start), At(end), At(arrival), gaps ?? []);
        }
        return worker;
    }

    private static long At(double seconds) => 1000 * Second + (long)(seconds * Second);

    [Fact]
    public void Half_of_the_time_is_half()
    {
        var worker = Play(Enumerable.Range(0, 100).Select(i => (i * 1.0, i + 0.5, i + 1.0)));

        Assert.Equal(0.5, worker.BusyRatio(At(100)), 0.01);
    }

    [Fact]
    public void Overlapping_spans_of_one_instance_count_once()
    {
        var worker = Play(Enumerable.Range(0, 100).SelectMany(i => Enumerable.Repeat((i * 1.0, i + 0.5, i + 1.0), 3).Append((i + 0.25, i + 0.75, i + 1.0))));

        Assert.Equal(0.75, worker.BusyRatio(At(100)), 0.01);
    }

    [Fact]
    public void A_long_span_that_ends_now_was_busy_for_the_whole_window()
    {
        var worker = Play([(-600, 75, 76)]);

        Assert.Equal(1, worker.BusyRatio(At(80)), 6);
        Assert.Equal(55.0 / 60, worker.BusyRatio(At(90)), 6);
    }

    [Fact]
    public void A_long_span_fills_what_its_short_neighbours_left_free()
    {
        var shorts = Enumerable.Range(0, 80).Select(i => (i * 1.0, i + 0.1, i + 1.0));

        Assert.Equal(1, Play(shorts.Append((0, 80, 80.5))).BusyRatio(At(85)), 2);
    }

    [Fact]
    public void Silence_leads_to_zero()
    {
        Assert.Equal(0, Play([(0, 30, 31)]).BusyRatio(At(200)));
    }

    [Fact]
    public void A_clock_ahead_counts_until_arrival_only()
    {
        Assert.Equal(30.0 / 60, Play([(0, 1000, 30)]).BusyRatio(At(70)), 6);
    }

    [Fact]
    public void Idle_gaps_lie_between_spans_and_are_known_when_nothing_can_come_between_any_more()
    {
        var gaps = new List<long>();
        Play([(0, 1, 1), (5, 6, 6), (2, 3, 7), (2.5, 4, 8), (40, 41, 41), (60, 61, 61)], gaps);

        Assert.Equal([Second, Second, 34 * Second], gaps);
    }

    [Fact]
    public void Any_order_within_export_lag_and_any_repetition_is_the_same()
    {
        var span = Gen.Select(Gen.Double[0, 80], Gen.Double[0.01, 20], (start, length) => (Start: start, End: Math.Min(89, start + length)));
        Gen.Select(span.List[1, 25], Gen.Int[0, 1000]).Sample((spans, seed) =>
        {
            var random = new Random(seed);
            var straight = spans.OrderBy(s => s.End).Select(s => (s.Start, s.End, s.End)).ToList();
            var late = spans.Concat(spans.Take(3)).Select(s => (s.Start, s.End, s.End + random.NextDouble() * 9.9)).OrderBy(s => s.Item3).ToList();

            // Two spans may be summed up before a third reaches back over their slots: a part of a slot, 3 s, may be missing at each end.
            Assert.Equal(Union(spans, 20, 80), Play(straight).BusyRatio(At(90)), 0.11);
            Assert.Equal(Union(spans, 20, 80), Play(late).BusyRatio(At(90)), 0.11);
        });
    }

    [Fact]
    public void What_was_measured_survives_a_checkpoint()
    {
        var worker = Play(Enumerable.Range(0, 100).Select(i => (i * 1.0, i + 0.5, i + 1.0)));
        var bytes = new ArrayBufferWriter<byte>();
        worker.WriteTo(new FlowWriter(bytes));

        var same = new Worker(Window);
        var reader = new FlowReader(bytes.WrittenSpan);
        same.ReadFrom(ref reader, Window.Slots, alike: true);

        Assert.Equal(0, reader.Rest.Length);
        Assert.Equal(worker.BusyRatio(At(110)), same.BusyRatio(At(110)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(5, 0, 0, 0)] // just published on a quiet queue
    [InlineData(5, 5, 0, 60)] // nobody takes anything
    [InlineData(10, 10, 60, 0)] // what export_lag explains
    [InlineData(30, 10, 60, 20)]
    [InlineData(5000, 10, 60, 60)]
    public void The_suggested_delay_is_how_long_what_waits_will_wait_beyond_export_lag(int backlog, int before, int pickUps, double expected) =>
        Assert.Equal(expected, SuggestedDelay.Seconds(backlog, before, pickUps, Window));

    [Fact]
    public void The_suggested_delay_never_falls_with_a_longer_backlog_nor_rises_with_faster_workers() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 10_000], Gen.Int[0, 100], Gen.Int[1, 1000], Gen.Int[0, 1000]).Sample((backlog, before, more, pickUps, faster) =>
        {
            Assert.True(SuggestedDelay.Seconds(backlog + more, before, pickUps, Window) >= SuggestedDelay.Seconds(backlog, before, pickUps, Window));
            Assert.True(SuggestedDelay.Seconds(backlog, before, pickUps + faster, Window) <= SuggestedDelay.Seconds(backlog, before, pickUps, Window));
        });

    private static double Union(List<(double Start, double End)> spans, double from, double to)
    {
        var (busy, until) = (0.0, from);
        foreach (var (start, end) in spans.OrderBy(s => s.Start))
        {
            busy += Math.Max(0, Math.Min(end, to) - Math.Max(start, until));
            until = Math.Max(until, Math.Min(end, to));
        }
        return busy / (to - from);
    }
}
