using Baton.Processor.Demo;
using static Baton.Processor.Tests.Demo.Stories;

namespace Baton.Processor.Tests.Demo;

public sealed class ConclusionTests
{
    [Fact]
    public void What_is_concluded_as_it_should_be_has_no_difference()
    {
        Assert.Empty(Healthy().Differences);
        Assert.Empty(SilentSleep().Differences);
        Assert.Equal(["continuous"], Healthy().Verdicts);
        Assert.Equal(["silent_sleep"], SilentSleep().Verdicts);
    }

    [Fact]
    public void A_span_that_should_not_be_there_is_a_difference()
    {
        var healthy = Healthy();

        var accused = healthy with { Told = [Told(healthy.Job, "worker.deadline", "silent_sleep", "none")] };

        Assert.Equal(["the verdict is silent_sleep, and should be continuous."], accused.Differences);
    }

    [Fact]
    public void A_span_that_was_told_twice_is_a_difference()
    {
        var once = SilentSleep();

        var twice = once with { Told = [once.Told[0], once.Told[0]] };

        Assert.Equal(["the verdict is silent_sleep, then silent_sleep, and should be silent_sleep."], twice.Differences);
    }

    [Fact]
    public void Another_name_or_other_evidence_is_a_difference()
    {
        var job = SilentSleep().Job;

        var other = SilentSleep() with { Told = [Told(job, "worker.orphan", "silent_sleep", "acknowledged")] };

        Assert.Equal(
            [
                "the span worker.orphan was added, and should be worker.deadline.",
                "the evidence of worker.orphan is acknowledged, and should be none.",
            ],
            other.Differences);
    }

    [Fact]
    public void A_series_that_did_not_grow_or_grew_twice_is_a_difference()
    {
        var still = SilentSleep() with { Moves = [Move("baton_handoffs_opened_total", 2)] };

        Assert.Equal(
            [
                "baton_handoffs_opened_total did not grow by 1.",
                "baton_deadlines_missed_total{verdict=silent_sleep, error_type=schedule_to_start_timeout} did not grow by 1.",
            ],
            still.Differences);
    }

    [Fact]
    public void The_reading_of_metrics_keeps_what_has_grown_of_a_relays_counters_and_histograms()
    {
        const string Before = "# HELP x y\nbaton_joins_total{relay=\"render_job\",match=\"parent\"} 1\nbaton_blind{reason=\"backlog\"} 0\n";
        const string After =
            "baton_joins_total{relay=\"render_job\",match=\"parent\"} 3\nbaton_joins_ambiguous_total{relay=\"render_job\"} 0\nbaton_blind{reason=\"backlog\"} 1\n"
            + "baton_receiver_accepted_spans_total{transport=\"grpc\"} 5\nbaton_full_link_seconds_bucket{relay=\"render_job\",le=\"5\"} 1\n"
            + "baton_full_link_seconds_sum{relay=\"render_job\"} 1.82\nbaton_handoffs_open{relay=\"render_job\",state=\"missed\"} 1\n";

        var moves = new MetricsReading(After).Since(new MetricsReading(Before));

        Assert.Equal(
            ["baton_joins_total relay=render_job match=parent 2", "baton_full_link_seconds_sum relay=render_job 1.82"],
            moves.Select(move => FormattableString.Invariant($"{move.Name} {string.Join(' ', move.Labels)} {move.By}")));
    }
}
