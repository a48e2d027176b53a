using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.WebConsole;

namespace Baton.Processor.Tests.WebConsole;

public sealed class ConsoleSeriesTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_800_000_000 * Second;

    private readonly SeriesClock _clock = new(Start);
    private readonly ConsoleSeries _series;
    private readonly ConsoleObserver _observer;

    public ConsoleSeriesTests()
    {
        _series = new ConsoleSeries(_clock);
        _observer = new ConsoleObserver(_series, new BrokenHandoffs());
    }

    [Fact]
    public void Jobs_count_where_they_happened_and_verdicts_where_they_were_told()
    {
        var job = Job("render", Start - 600 * Second);
        _observer.Opened(job);
        _observer.Acknowledged(job, 60);
        _observer.Completed(job, late: true, 300);
        _observer.Missed(job, Verdict.SilentSleep, DeadlineKind.ScheduleToStart);

        var steps = _series.Of("render").Last().ToDictionary(step => _clock.Newest - step.Step);
        Assert.Equal([0, 20, 36, 40], steps.Keys.Order());
        Assert.Equal(1, steps[40][Tally.Published]);
        Assert.NotNull(steps[36].WakeUp);
        Assert.Equal(1, steps[20][Tally.Late]);
        Assert.Equal(1, steps[0][Tally.SilentSleep]);
    }

    [Fact]
    public void What_is_older_than_an_hour_is_not_kept_and_what_a_fast_clock_says_counts_now()
    {
        _observer.Opened(Job("render", Start - 3601 * Second));
        _observer.Opened(Job("render", Start + 3600 * Second));

        Assert.Equal([_clock.Newest], _series.Of("render").Last().Select(step => step.Step));
    }

    [Fact]
    public void Steps_go_as_time_goes_on()
    {
        _observer.Opened(Job("render", Start));
        _clock.Advance(Start + 3599 * Second);
        Assert.Equal(1, Published());
        _clock.Advance(Start + 3615 * Second);
        Assert.Equal(0, Published());

        _observer.Opened(Job("render", Start + 3615 * Second));
        Assert.Equal(1, Published());
        _clock.Advance(Start);
        Assert.Equal(1, Published());
    }

    [Fact]
    public void Relays_beyond_the_bound_count_together()
    {
        for (var i = 0; i < ConsoleSeries.MaxRelays + 20; i++)
            _observer.Opened(Job($"relay {i:d3}", Start));

        Assert.Equal(ConsoleSeries.MaxRelays + 1, _series.Relays.Count());
        Assert.Equal(20, _series.Of("__other__").Last().Sum(step => step[Tally.Published]));
    }

    [Fact]
    public void Threads_that_count_at_once_lose_nothing()
    {
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                var job = Job("render", Start - i % 100 * 15 * Second);
                _observer.Opened(job);
                _observer.Acknowledged(job, 0.1);
            }
        });

        var sum = RelaySum.Of(_series.Of("render").Last());
        Assert.Equal(80_000, sum[Tally.Published]);
        Assert.Equal(80_000, _series.Of("render").Last().Sum(step => step.WakeUp?.Sum() ?? 0));
    }

    [Fact]
    public void A_sampled_figure_is_kept_by_step_and_unknown_where_nobody_looked()
    {
        var series = new SampledSeries(_clock);
        series.Add(3);
        series.Add(4);
        var first = _clock.Newest;
        _clock.Advance(Start + 30 * Second);
        series.Max(5);
        series.Max(2);

        Assert.Equal([7, null, 5], new[] { first, first + 1, first + 2 }.Select(series.Of));
    }

    private long Published() => RelaySum.Of(_series.Of("render").Last())[Tally.Published];

    private static HandoffView Job(string relay, long published) => new(relay, "shop", new TraceId(1, 2), new SpanId(3), published);
}
