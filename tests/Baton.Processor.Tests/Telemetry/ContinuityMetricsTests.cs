using System.Text;
using System.Text.RegularExpressions;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Telemetry;
using Prometheus;
using Match = Baton.Continuity.Judge.Match;

namespace Baton.Processor.Tests.Telemetry;

public sealed partial class ContinuityMetricsTests
{
    private static readonly HandoffView Job = new("render_job", "shop", new TraceId(0x0af7651916cd43dd, 0x8448eb211c80319c), default, 0);

    private readonly Instruments _instruments = new();
    private readonly ContinuityMetrics _metrics;

    public ContinuityMetricsTests() => _metrics = new ContinuityMetrics(_instruments);

    [Fact]
    public async Task Each_conclusion_counts_under_its_own_name_and_labels()
    {
        _metrics.Opened(Job);
        _metrics.Joined(Job, Match.Link);
        _metrics.Redelivered(Job);
        _metrics.Completed(Job, late: false, 521.82);
        _metrics.Completed(Job, late: true, 1000);
        _metrics.Missed(Job, Verdict.SilentSleep, DeadlineKind.ScheduleToStart);
        _metrics.Missed(Job, Verdict.MissingCompletion, DeadlineKind.ScheduleToClose);
        _metrics.Missed(Job, Verdict.Failed, DeadlineKind.StartToClose);
        _metrics.Retracted(Job);
        _metrics.Orphaned(Job, attributed: false);
        _metrics.Orphaned(Job, attributed: true);
        _metrics.ProducerMissing(Job);
        _metrics.Ambiguous("render_job");
        _metrics.ClockSkewed("render_job");
        _metrics.Evicted(Job);
        _metrics.Unknown(Job);

        Assert.Equal(
            [
                "baton_clock_skew_total{relay=\"render_job\"} 1",
                "baton_deadlines_missed_total{relay=\"render_job\",service=\"shop\",error_type=\"schedule_to_close_timeout\",verdict=\"missing_completion\"} 1",
                "baton_deadlines_missed_total{relay=\"render_job\",service=\"shop\",error_type=\"schedule_to_start_timeout\",verdict=\"silent_sleep\"} 1",
                "baton_deadlines_retracted_total{relay=\"render_job\"} 1",
                "baton_handoffs_completed_total{relay=\"render_job\",timeliness=\"in_time\"} 1",
                "baton_handoffs_completed_total{relay=\"render_job\",timeliness=\"late\"} 1",
                "baton_handoffs_evicted_total{relay=\"render_job\"} 1",
                "baton_handoffs_failed_total{relay=\"render_job\",service=\"shop\"} 1",
                "baton_handoffs_opened_total{relay=\"render_job\",service=\"shop\"} 1",
                "baton_handoffs_unknown_total{relay=\"render_job\"} 1",
                "baton_joins_ambiguous_total{relay=\"render_job\"} 1",
                "baton_joins_total{relay=\"render_job\",match=\"link\"} 1",
                "baton_orphan_consumers_total{relay=\"render_job\",service=\"shop\",attributed=\"false\"} 1",
                "baton_orphan_consumers_total{relay=\"render_job\",service=\"shop\",attributed=\"true\"} 1",
                "baton_producers_missing_total{relay=\"render_job\",service=\"shop\"} 1",
                "baton_redeliveries_total{relay=\"render_job\"} 1",
            ],
            (await InstrumentsTests.Export(_instruments))
                .Where(line => CountedSeries().IsMatch(line)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_can_become_of_a_job_stands_at_0_once_it_is_published_so_that_the_first_loss_has_a_rate()
    {
        _metrics.Opened(Job);

        var lines = await InstrumentsTests.Export(_instruments);

        Assert.Contains("baton_deadlines_missed_total{relay=\"render_job\",service=\"shop\",error_type=\"schedule_to_start_timeout\",verdict=\"silent_sleep\"} 0", lines);
        Assert.Contains("baton_deadlines_missed_total{relay=\"render_job\",service=\"shop\",error_type=\"schedule_to_close_timeout\",verdict=\"missing_completion\"} 0", lines);
        Assert.Contains("baton_handoffs_failed_total{relay=\"render_job\",service=\"shop\"} 0", lines);
        Assert.Contains("baton_handoffs_completed_total{relay=\"render_job\",timeliness=\"late\"} 0", lines);
    }

    [Fact]
    public async Task Latencies_and_missed_deadlines_lead_to_their_trace_by_exemplars()
    {
        _metrics.Acknowledged(Job, 0.13);
        _metrics.Completed(Job, late: false, 521.82);
        _metrics.Missed(Job, Verdict.SilentSleep, DeadlineKind.ScheduleToStart);

        var lines = await OpenMetrics();

        const string Exemplar = "# {trace_id=\"0af7651916cd43dd8448eb211c80319c\"}";
        Assert.Contains(lines, line => line.StartsWith($"baton_wake_up_latency_seconds_bucket{{relay=\"render_job\",le=\"0.25\"}} 1 {Exemplar} 0.13", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"baton_full_link_seconds_bucket{{relay=\"render_job\",le=\"600.0\"}} 1 {Exemplar} 521.82", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("baton_deadlines_missed_total{", StringComparison.Ordinal) && line.Contains(Exemplar, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exemplars_are_few_between_scrapes_and_come_again_after_one()
    {
        var budget = new ExemplarBudget(_instruments, [1, 10]);

        Assert.Equal(8, Enumerable.Range(0, 100).Count(_ => budget.Take(0.5)));
        Assert.True(budget.Take(100));
        Assert.True(budget.Take(1.5));
        await InstrumentsTests.Export(_instruments);
        Assert.True(budget.Take(0.5));
    }

    [Fact]
    public async Task A_mass_in_one_series_leaves_the_exemplars_of_another_alone()
    {
        var budget = new SeriesExemplarBudget(_instruments);
        object mass = new(), single = new();

        Assert.Equal(8, Enumerable.Range(0, 100).Count(_ => budget.Take(mass)));
        Assert.True(budget.Take(single));
        await InstrumentsTests.Export(_instruments);
        Assert.True(budget.Take(mass));
    }

    [Fact]
    public async Task Gauges_say_what_is_open_how_old_it_is_and_which_channels_are_armed()
    {
        var gauges = new ContinuityGauges(_instruments);
        gauges.Set(
            [new RelayGauges("render_job", 3, 2, 1, 40_000_000_000), new RelayGauges("default", 0, 0, 0, 0)],
            [new ChannelGauge("default", "mail", true), new ChannelGauge("default", "mail", false), new ChannelGauge("default", "gone", true)],
            100_000_000_000);
        gauges.Set([], [new ChannelGauge("default", "mail", true)], 0);
        gauges.SetBlind("recovery", true);

        var lines = await InstrumentsTests.Export(_instruments);

        Assert.Contains("baton_handoffs_open{relay=\"render_job\",state=\"waiting\"} 3", lines);
        Assert.Contains("baton_handoffs_open{relay=\"render_job\",state=\"running\"} 2", lines);
        Assert.Contains("baton_handoffs_open{relay=\"render_job\",state=\"missed\"} 1", lines);
        Assert.Contains("baton_oldest_open_handoff_age_seconds{relay=\"render_job\"} 60", lines);
        Assert.Contains("baton_oldest_open_handoff_age_seconds{relay=\"default\"} 0", lines);
        Assert.Contains("baton_channel_armed{relay=\"default\",destination=\"mail\"} 1", lines);
        Assert.Contains("baton_channel_armed{relay=\"default\",destination=\"gone\"} 0", lines);
        Assert.Contains("baton_blind{reason=\"recovery\"} 1", lines);
    }

    [Fact]
    public async Task Learned_deadlines_are_shown_per_destination_the_longest_of_its_routing_keys()
    {
        var gauges = new ContinuityGauges(_instruments);
        gauges.SetLearned([new("queue", "mail", 12.5), new("queue", "mail", 40), new("queue", "gone", 7)]);
        gauges.SetLearned([new("queue", "mail", 12.5), new("queue", "mail", 41)]);

        var lines = await InstrumentsTests.Export(_instruments);

        Assert.Contains("baton_learned_deadline_seconds{relay=\"queue\",destination=\"mail\"} 41", lines);
        Assert.Contains("baton_learned_deadline_seconds{relay=\"queue\",destination=\"gone\"} 0", lines);
    }

    [GeneratedRegex("^baton_.*_total{.* [1-9]")]
    private static partial Regex CountedSeries();

    private async Task<string[]> OpenMetrics()
    {
        using var stream = new MemoryStream();
        await _instruments.Registry.CollectAndExportAsTextAsync(stream, ExpositionFormat.OpenMetricsText, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
    }
}
