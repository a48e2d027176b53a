using System.Globalization;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Demo;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Processor.Tests.Demo;

/// <summary>Conclusions as the demo would get them, made by hand.</summary>
internal static class Stories
{
    /// <summary>The demo's scenarios with the deadlines of its configuration: 2 s, 4 s, and half a second of export_lag.</summary>
    public static IReadOnlyList<Scenario> Jobs { get; } = Scenarios.For(new ContinuitySection
    {
        ExportLag = TimeSpan.FromMilliseconds(500),
        Relays = [new RelayOptions { Deadlines = new() { ScheduleToStart = TimeSpan.FromSeconds(2), StartToClose = TimeSpan.FromSeconds(4) } }],
    });

    /// <summary>The healthy job, concluded as it should be.</summary>
    public static Conclusion Healthy()
    {
        var job = new Job(Jobs[0], 1, 0);
        return new Conclusion(job, [],
        [
            Move("baton_handoffs_opened_total", 1, "service=order-api"),
            Move("baton_handoffs_completed_total", 1, "timeliness=in_time"),
            Move("baton_joins_total", 2, "match=parent"),
            Move("baton_wake_up_latency_seconds_sum", 0.13),
            Move("baton_wake_up_latency_seconds_count", 1),
            Move("baton_full_link_seconds_sum", 1.82),
            Move("baton_full_link_seconds_count", 1),
        ]);
    }

    /// <summary>The job that nobody woke up for, concluded as it should be.</summary>
    public static Conclusion SilentSleep()
    {
        var job = new Job(Jobs[2], 3, 0);
        return new Conclusion(job, [Told(job, "worker.deadline", "silent_sleep", "none")],
        [
            Move("baton_handoffs_opened_total", 1, "service=order-api"),
            Move("baton_deadlines_missed_total", 1, "service=order-api", "error_type=schedule_to_start_timeout", "verdict=silent_sleep"),
        ]);
    }

    /// <summary>A series of the demo's relay that has grown.</summary>
    public static MetricMove Move(string name, double by, params string[] labels) => new(name, ["relay=render_job", .. labels], by);

    /// <summary>A span that Baton adds to a job's trace: an error, child of the publication.</summary>
    public static Received Told(Job job, string name, string verdict, string evidence)
    {
        var span = new Span
        {
            TraceId = job.TraceId,
            SpanId = ByteString.CopyFrom(Convert.FromHexString("00f067aa0ba902b7")),
            ParentSpanId = job.IdOf(job.Scenario.Spans[0]),
            Name = name,
            Status = new Status { Code = Status.Types.StatusCode.Error, Message = "worker did not wake up in time" },
        };
        foreach (var (key, value) in new[]
        {
            ("deadline_at", "2026-03-01T03:14:00.5Z"), ("error.type", "schedule_to_start_timeout"), ("baton.relay", "render_job"),
            ("baton.verdict", verdict), ("baton.evidence", evidence), ("messaging.destination.name", "render_jobs"),
        })
            span.Attributes.Add(new KeyValue { Key = key, Value = new AnyValue { StringValue = value } });
        return new Received(span, "order-api", "baton", 0);
    }

    /// <summary>What a report writes, on a screen without colours.</summary>
    public static string Written(Action<Report> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(new Report(new Screen(text, isTerminal: false, hasColours: false)));
        return text.ToString();
    }
}
