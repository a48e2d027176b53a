using Baton.Processor.Demo;
using static Baton.Processor.Tests.Demo.Stories;

namespace Baton.Processor.Tests.Demo;

/// <summary>The demo's text, from conclusions that are given.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_healthy_job_has_its_two_times_and_no_span() => Assert.Equal(
        """

          Baton saw   the publication; a pick-up, tied to it by parent; a completion.
          Verdict     continuous: picked up and completed in time
          Wake-up     0.130 s from the publication's end to the pick-up
          Full link   1.820 s from the publication's end to the completion's
          Span added  none: a whole trace stays as it is
          Metrics     baton_handoffs_opened_total +1
                      baton_handoffs_completed_total +1
                        timeliness=in_time
                      baton_joins_total +2
                        match=parent
                      baton_wake_up_latency_seconds_count +1
                      baton_full_link_seconds_count +1

        """, Written(report => report.Conclude(Healthy())), ignoreLineEndingDifferences: true);

    [Fact]
    public void A_deadline_span_is_shown_with_its_place_in_the_trace_and_what_was_known()
    {
        var conclusion = SilentSleep();
        var (trace, parent) = (Hex(conclusion.Job.TraceId), Hex(conclusion.Told[0].Span.ParentSpanId));

        Assert.Equal(
            $"""

              Baton saw   the publication; no pick-up; no completion.
              Verdict     silent_sleep: published, and no pick-up was seen in time
              Span added  worker.deadline  ERROR "worker did not wake up in time"
                trace                      {trace} (the producer's)
                span                       00f067aa0ba902b7
                parent                     {parent} produce.render_job
                deadline_at                2026-03-01T03:14:00.5Z
                error.type                 schedule_to_start_timeout
                baton.evidence             none: nothing was heard of the job
                messaging.destination.name render_jobs
              Next step   look at the queue and the worker's subscription. The worker's own
                          code never ran for this job, so its logs have nothing.
              Metrics     baton_handoffs_opened_total +1
                          baton_deadlines_missed_total +1
                            error_type=schedule_to_start_timeout, verdict=silent_sleep

            """, Written(report => report.Conclude(conclusion)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void The_summary_names_every_job_and_says_that_all_is_as_expected() => Assert.Equal(
        """

        SUMMARY
          1  healthy job       continuous
                               wake-up 0.130 s, full link 1.820 s, no span added
          3  silent sleep      silent_sleep
                               worker.deadline: ERROR "worker did not wake up in time"

        All 5 spans that the applications sent came out of Baton, and 1 of its own.
        All 2 conclusions are the expected ones.

        """, Written(report => report.Summary([Healthy(), SilentSleep()], missing: 0, sent: 5)), ignoreLineEndingDifferences: true);

    [Fact]
    public void The_summary_says_which_conclusion_is_not_the_expected_one_and_why()
    {
        var deaf = SilentSleep() with { Told = [] };

        var text = Written(report => report.Summary([Healthy(), deaf], missing: 1, sent: 5));

        Assert.Contains(
            """
              3  silent sleep      none
              UNEXPECTED  the verdict is none, and should be silent_sleep.

            Of 5 spans that the applications sent, 1 did not come out of Baton.
            1 of 2 conclusions is NOT the expected one; what differs is said above.
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_fits_into_80_columns()
    {
        var text = Written(report =>
        {
            foreach (var (i, scenario) in Jobs.Index())
            {
                var job = new Job(scenario, i + 1, 0);
                report.Begin(scenario, i + 1, Jobs.Count);
                report.Event(1234.567, "render-worker", "worker.complete");
                report.Conclude(new Conclusion(job, [.. scenario.Expected.Select(e => Told(job, e.Name, e.Verdict, e.Evidence ?? "none"))], []));
            }
        });

        Assert.DoesNotContain(text.Split('\n'), line => line.Length > Screen.Width);
        Assert.Contains("1234.567 s  render-worker  worker.complete", text, StringComparison.Ordinal);
    }

    private static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);
}
