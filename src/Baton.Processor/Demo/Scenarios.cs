using Baton.Processor.Configuration.Options;
using static OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace Baton.Processor.Demo;

/// <summary>
/// The reference failures: one render job that goes well, and the four ways to drop the baton. Names and the first half second are those
/// of the reference example; its 8 min 41 s of rendering are cut to what the demo's deadlines need.
/// </summary>
internal static class Scenarios
{
    private const double HealthyEnd = 2.0;
    private const double DroppedEnd = 1.2;

    // After the deadline span went out, and long enough after the deadline that the recovery span shows how late.
    private const double Lateness = 2.0;

    private static readonly PlayedSpan Publish = new("produce.render_job", Producer, 0, 0.180);
    private static readonly PlayedSpan AckWake = new("worker.ack_wake", Consumer, 0.310, 0.380);

    private static readonly ExpectedMove Opened = new("baton_handoffs_opened_total");
    private static readonly ExpectedMove WokenUp = new("baton_wake_up_latency_seconds_count");
    private static readonly ExpectedMove FullLink = new("baton_full_link_seconds_count");

    /// <summary>All of them, in the order in which they are played.</summary>
    /// <param name="continuity">The deadlines that the jobs are to keep or to miss.</param>
    public static IReadOnlyList<Scenario> For(ContinuitySection continuity)
    {
        var startToClose = continuity.Relays[0].Deadlines.StartToClose!.Value + continuity.ExportLag;
        return [Healthy, DroppedContext, SilentSleep, Stalled, Late(AckWake.Start + startToClose.TotalSeconds + Lateness)];
    }

    private static Scenario Healthy => new()
    {
        Title = "healthy job",
        Story = "The wake-up arrives, the worker renders and completes.",
        Spans = [Publish, AckWake, .. Rest(HealthyEnd)],
        Verdicts = ["continuous"],
        Moves = [Opened, WokenUp, FullLink, new("baton_handoffs_completed_total", "timeliness=in_time")],
    };

    private static Scenario DroppedContext => new()
    {
        Title = "dropped context",
        Story = "The wake-up carries only the job's id, not the trace context: the worker does the job, in a trace of its own. The id leads back.",
        Spans = [Publish, AckWake, .. Rest(DroppedEnd)],
        ContextIsDropped = true,
        Expected = [new("worker.orphan", "context_dropped", null), new("worker.stitch", "context_dropped", null)],
        Verdicts = ["context_dropped"],
        Moves =
        [
            Opened, WokenUp, FullLink, new("baton_orphan_consumers_total", "attributed=true"), new("baton_joins_total", "match=job_id"),
            new("baton_handoffs_completed_total", "timeliness=in_time"),
        ],
    };

    private static Scenario SilentSleep => new()
    {
        Title = "silent sleep",
        Story = "The wake-up is lost: no worker ever hears of the job. Nobody sends an error, because nobody runs.",
        Spans = [Publish],
        Expected = [new("worker.deadline", "silent_sleep", "none")],
        Verdicts = ["silent_sleep"],
        Moves = [Opened, new("baton_deadlines_missed_total", "verdict=silent_sleep", "error_type=schedule_to_start_timeout")],
    };

    private static Scenario Stalled => new()
    {
        Title = "stalled worker",
        Story = "The worker wakes up, and then hangs (or is killed): its open span is never sent.",
        Spans = [Publish, AckWake],
        Expected = [new("worker.deadline", "missing_completion", "acknowledged")],
        Verdicts = ["missing_completion"],
        Moves = [Opened, WokenUp, new("baton_deadlines_missed_total", "verdict=missing_completion", "error_type=start_to_close_timeout")],
    };

    private static Scenario Late(double end) => new()
    {
        Title = "late completion",
        Story = "The worker wakes up and takes too long, but completes in the end.",
        Spans = [Publish, AckWake, .. Rest(end)],
        Expected = [new("worker.deadline", "missing_completion", "acknowledged"), new("worker.recovered", "completed_late", null)],
        Verdicts = ["missing_completion", "completed_late"],
        Moves =
        [
            Opened, WokenUp, FullLink,
            new("baton_deadlines_missed_total", "verdict=missing_completion", "error_type=start_to_close_timeout"),
            new("baton_handoffs_completed_total", "timeliness=late"),
        ],
    };

    private static PlayedSpan[] Rest(double end) => [new("worker.run", Internal, AckWake.End, end), new("worker.complete", Internal, end, end)];
}
