using Baton.Testing.Sink;
using OpenTelemetry.Proto.Trace.V1;
using static OpenTelemetry.Proto.Trace.V1.Status.Types.StatusCode;

namespace Baton.EndToEnd.Tests.RenderJob;

/// <summary>What an operator finds in the trace backend, and in the metrics, after each of the four runs.</summary>
public sealed class FourRunsTests(FourRuns runs) : IClassFixture<FourRuns>
{
    [Fact]
    public async Task HealthyJobIsCountedAsContinuousAndNothingIsAddedToItsTrace()
    {
        var job = await runs.Healthy;
        var (metrics, _) = await runs.Ended;

        Assert.Equal(6, InTrace(job).Count());
        Assert.DoesNotContain(InTrace(job), IsBatons);
        Assert.Equal(1, metrics.Sum("baton_handoffs_completed_total", ("relay", "render_job"), ("timeliness", "in_time")));
    }

    [Fact]
    public async Task PurgedJobGetsADeadlineSpanInTheProducersTrace()
    {
        var job = await runs.Purged;

        var deadline = Assert.Single(InTrace(job), IsBatons);
        AssertIsDeadline(deadline, job, FourRuns.ScheduleToStart, "worker did not wake up in time");
        Assert.Equal("schedule_to_start_timeout", Text(deadline, "error.type"));
        Assert.Equal("silent_sleep", Text(deadline, "baton.verdict"));
        Assert.Equal("none", Text(deadline, "baton.evidence"));
        Assert.Empty(deadline.Span.Links);
    }

    [Fact]
    public async Task StrippedHeadersYieldAnOrphanSpanInTheWorkersTrace()
    {
        var job = await runs.Stripped;

        var orphan = Assert.Single(runs.Sink.Spans, s => IsBatons(s) && s.Name == "worker.orphan");
        var deliver = Assert.Single(runs.Sink.Spans, s => s.SpanId == orphan.ParentSpanId);
        Assert.Equal("deliver stripped-out", deliver.Name);
        Assert.Equal(deliver.TraceId, orphan.TraceId);
        Assert.NotEqual(job.TraceId, orphan.TraceId);
        Assert.Equal((deliver.Span.StartTimeUnixNano, deliver.Span.EndTimeUnixNano), (orphan.Span.StartTimeUnixNano, orphan.Span.EndTimeUnixNano));
        Assert.Equal((Error, "trace context was not propagated to the worker"), (orphan.Span.Status.Code, orphan.Span.Status.Message));
        Assert.Equal("context_dropped", Text(orphan, "error.type"));
        Assert.Equal("render-worker", orphan.ServiceName);
    }

    [Fact]
    public async Task StrippedJobsDeadlineSpanSaysThatAWorkerRanWithoutContext()
    {
        var job = await runs.Stripped;

        var deadline = Assert.Single(InTrace(job), IsBatons);
        AssertIsDeadline(deadline, job, FourRuns.ScheduleToStart, "worker was not woken, or ran without the trace context");
        Assert.Equal("orphans_seen", Text(deadline, "baton.evidence"));
    }

    [Fact]
    public async Task KilledWorkersJobGetsADeadlineSpanAndItsLateCompletionARecoverySpan()
    {
        var job = await runs.Killed;

        var deadline = Assert.Single(InTrace(job), s => s.Name == "worker.deadline");
        AssertIsDeadline(deadline, job, FourRuns.ScheduleToClose, "worker did not complete in time");
        Assert.Equal("schedule_to_close_timeout", Text(deadline, "error.type"));
        Assert.Equal("missing_completion", Text(deadline, "baton.verdict"));
        Assert.Equal("acknowledged", Text(deadline, "baton.evidence"));
        var firstWake = InTrace(job).First(s => s.Name == "worker.ack_wake");
        Assert.Equal(firstWake.Span.SpanId, Assert.Single(deadline.Span.Links).SpanId);

        var recovered = Assert.Single(InTrace(job), s => s.Name == "worker.recovered");
        var complete = Assert.Single(InTrace(job), s => s.Name == "worker.complete");
        Assert.Equal(Producing(job).SpanId, recovered.ParentSpanId);
        Assert.Equal((deadline.Span.EndTimeUnixNano, complete.Span.EndTimeUnixNano), (recovered.Span.StartTimeUnixNano, recovered.Span.EndTimeUnixNano));
        Assert.Equal(Ok, recovered.Span.Status.Code);
        Assert.Equal(complete.Span.SpanId, Assert.Single(recovered.Span.Links).SpanId);
    }

    [Fact]
    public async Task SinkGotEverySpanOfTheSdksOnceAndByteForByte()
    {
        await runs.Ended;

        Assert.Equal(Fingerprints(runs.Sent.Spans), Fingerprints(runs.Sink.Spans.Where(s => !IsBatons(s))));
    }

    [Fact]
    public async Task EachSynthesizedSpanCameOnce()
    {
        await runs.Ended;

        Assert.Equal(
            ["worker.deadline", "worker.deadline", "worker.deadline", "worker.orphan", "worker.recovered"],
            runs.Sink.Spans.Where(IsBatons).Select(s => s.Name).Order());
    }

    [Fact]
    public async Task MetricsTellTheFourRuns()
    {
        var (metrics, exitCode) = await runs.Ended;

        double Count(string name, params (string, string)[] labels) => metrics.Sum(name, [("relay", "render_job"), .. labels]);
        Assert.Equal(4, Count("baton_handoffs_opened_total", ("service", "render-api")));
        Assert.Equal(1, Count("baton_handoffs_completed_total", ("timeliness", "late")));
        Assert.Equal(2, Count("baton_deadlines_missed_total", ("verdict", "silent_sleep")));
        Assert.Equal(1, Count("baton_deadlines_missed_total", ("verdict", "missing_completion")));
        Assert.Equal(1, Count("baton_orphan_consumers_total", ("service", "render-worker"), ("attributed", "false")));
        Assert.Equal(1, Count("baton_redeliveries_total"));
        Assert.Equal(2, Count("baton_wake_up_latency_seconds_count"));
        Assert.Equal(2, Count("baton_full_link_seconds_count"));
        Assert.Equal(0, Count("baton_producers_missing_total"));
        Assert.Equal(0, Count("baton_joins_ambiguous_total"));
        Assert.Equal(0, exitCode);
    }

    // The inner of the two nested producing spans: the application's own, and in it RabbitMQ.Client's, are one publication.
    private RecordedSpan Producing(Published job) => Assert.Single(InTrace(job), s => s.Scope.Name == "RabbitMQ.Client.Publisher");

    private void AssertIsDeadline(RecordedSpan deadline, Published job, TimeSpan after, string message)
    {
        var producing = Producing(job);
        var deadlineAt = producing.Span.EndTimeUnixNano + (ulong)after.TotalNanoseconds;
        Assert.Equal("worker.deadline", deadline.Name);
        Assert.Equal(producing.SpanId, deadline.ParentSpanId);
        Assert.Equal(Span.Types.SpanKind.Internal, deadline.Span.Kind);
        Assert.Equal((Error, message), (deadline.Span.Status.Code, deadline.Span.Status.Message));
        Assert.Equal((producing.Span.EndTimeUnixNano, deadlineAt), (deadline.Span.StartTimeUnixNano, deadline.Span.EndTimeUnixNano));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds((long)(deadlineAt / 1_000_000)).ToString("s"), Text(deadline, "deadline_at")[..19]);
        Assert.Equal("render_job", Text(deadline, "baton.relay"));
        Assert.All(
            ["service.name", "service.namespace", "service.instance.id", "deployment.environment.name"],
            key => Assert.Equal(producing.Resource.Attributes.Single(a => a.Key == key), deadline.Resource.Attributes.Single(a => a.Key == key)));
    }

    private IEnumerable<RecordedSpan> InTrace(Published job) => runs.Sink.Spans.Where(s => s.TraceId == job.TraceId);

    private static bool IsBatons(RecordedSpan span) => span.Scope.Name == "baton";

    private static string Text(RecordedSpan span, string attribute) => span.Attribute(attribute)?.StringValue ?? "";

    private static IEnumerable<string> Fingerprints(IEnumerable<RecordedSpan> spans) =>
        spans.Select(s => $"{s} {Convert.ToHexString(s.Bytes.Span)} {Convert.ToHexString(s.ResourceBytes.Span)} {Convert.ToHexString(s.ScopeBytes.Span)}").Order();
}
