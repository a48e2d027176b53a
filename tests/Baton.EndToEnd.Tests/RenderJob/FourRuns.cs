using Baton.EndToEnd.Tests.Support;
using Baton.Testing;
using Baton.Testing.Processes;
using Baton.Testing.Sink;

namespace Baton.EndToEnd.Tests.RenderJob;

/// <summary>
/// The main job, played once for all tests of <see cref="FourRunsTests"/>: RabbitMQ, a producer and workers with the OpenTelemetry SDK, a
/// recorder of what the SDKs sent, the real baton, and the sink behind it. Each run is a task of its own, so that each test tells of its own.
/// </summary>
public sealed class FourRuns(BrokerFixture fixture) : IAsyncLifetime
{
    // Long enough for a machine that is busy with other things: a healthy job must be picked up in time, and its spans must be here soon afterwards.

    /// <summary>Published → picked up.</summary>
    public static readonly TimeSpan ScheduleToStart = TimeSpan.FromSeconds(12);

    /// <summary>Published → completed: max_job_duration × factor.</summary>
    public static readonly TimeSpan ScheduleToClose = TimeSpan.FromSeconds(18);

    private PassThrough _passThrough = null!;

    /// <summary>Before baton: what the SDKs sent.</summary>
    public RecordingSink Sent { get; private set; } = null!;

    /// <summary>Behind baton.</summary>
    public RecordingSink Sink { get; private set; } = null!;

    public BatonProcess Baton { get; private set; } = null!;

    /// <summary>The worker waits, the job comes, is picked up and completed.</summary>
    internal Task<Published> Healthy { get; private set; } = null!;

    /// <summary>The queue is purged before the worker starts.</summary>
    internal Task<Published> Purged { get; private set; } = null!;

    /// <summary>An uninstrumented hop between producer and worker drops the headers.</summary>
    internal Task<Published> Stripped { get; private set; } = null!;

    /// <summary>The worker is killed in the middle; another one completes the job after its deadline.</summary>
    internal Task<Published> Killed { get; private set; } = null!;

    /// <summary>All four are over, baton has handed on everything and has ended on SIGTERM: its last metrics, and its exit code.</summary>
    internal Task<(MetricsPage Metrics, int ExitCode)> Ended { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Sink = await RecordingSink.StartAsync();
        Sent = await RecordingSink.StartAsync();
        Baton = await BatonProcess.StartAsync(Configuration(Sink));
        _passThrough = new PassThrough(Baton.GrpcEndpoint, Baton.HttpEndpoint);
        Sent.Otherwise(_passThrough.ForwardAsync);

        Healthy = HealthyAsync();
        Purged = PurgedAsync();
        Killed = KilledAsync();
        Stripped = StrippedAsync();
        Ended = EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Not there where baton did not start.
        if (Baton is not null)
            await Baton.DisposeAsync();
        _passThrough?.Dispose();
        await Sent.DisposeAsync();
        await Sink.DisposeAsync();
    }

    private RabbitMqBroker Broker => fixture.Broker;

    // The relay as its user writes it: the application's own spans, and those that RabbitMQ.Client puts around them.
    private static string Configuration(RecordingSink sink) => $$"""
        continuity:
          export_lag: 6s
          settle: 1s
          relays:
            - name: render_job
              produce: span.name == "produce.render_job" or scope.name == "RabbitMQ.Client.Publisher"
              acknowledge: span.name == "worker.ack_wake" or scope.name == "RabbitMQ.Client.Subscriber"
              complete: span.name == "worker.complete"
              deadlines: { schedule_to_start: 12s, max_job_duration: 12s, factor: 1.5 }
        exporters:
          otlp/sink: { endpoint: {{sink.GrpcEndpoint.Authority}}, tls: { insecure: true }, timeout: 5m }
        routing: { default: [otlp/sink] }
        """;

    private async Task<Published> HealthyAsync()
    {
        await using var worker = await JobProcess.WorkAsync(Broker, "healthy", Sent.HttpEndpoint, "--protocol", "http");
        var job = await ProduceAsync("healthy");
        await worker.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(worker);
        return job;
    }

    private async Task<Published> PurgedAsync()
    {
        var job = await ProduceAsync("purged");
        Assert.Equal(1u, await Queues.PurgeAsync(Broker, "purged"));
        await using var worker = await JobProcess.WorkAsync(Broker, "purged", Sent.GrpcEndpoint);
        await DeadlineAsync(job);
        await JobProcess.StopAsync(worker);
        return job;
    }

    private async Task<Published> KilledAsync()
    {
        await using var first = await JobProcess.WorkAsync(Broker, "killed", Sent.GrpcEndpoint, "--stall", "yes");
        var job = await ProduceAsync("killed");
        await first.WaitForLineAsync(line => line == $"woken {job.MessageId}");
        await first.KillAsync();
        await DeadlineAsync(job);
        // The broker has kept the job, as nobody confirmed it: the next worker gets it, with the context it was published with.
        await using var second = await JobProcess.WorkAsync(Broker, "killed", Sent.GrpcEndpoint);
        await second.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(second);
        await Sink.WaitForSpanAsync(s => s.TraceId == job.TraceId && s.Name == "worker.recovered");
        return job;
    }

    private async Task<Published> StrippedAsync()
    {
        // An orphan is evidence for every handoff of its relay that waits meanwhile: the purged job's deadline must have passed.
        await Purged;
        await using var hop = await JobProcess.RelayAsync(Broker, "stripped-in", "stripped-out");
        await using var worker = await JobProcess.WorkAsync(Broker, "stripped-out", Sent.HttpEndpoint, "--protocol", "http");
        var job = await ProduceAsync("stripped-in");
        await worker.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(worker);
        await Sink.WaitForSpanAsync(s => s.Name == "worker.orphan");
        await DeadlineAsync(job);
        return job;
    }

    private async Task<(MetricsPage, int)> EndAsync()
    {
        await Task.WhenAll(Healthy, Purged, Killed, Stripped);
        var metrics = await Baton.WaitForMetricsAsync(page => page.Sum("baton_exporter_queue_bytes") == 0);
        return (metrics, await Baton.TerminateAsync());
    }

    private async Task<Published> ProduceAsync(string queue) =>
        Assert.Single(await JobProcess.ProduceAsync(Broker, queue, Sent.GrpcEndpoint));

    private Task<RecordedSpan> DeadlineAsync(Published job) => Sink.WaitForSpanAsync(s => s.TraceId == job.TraceId && s.Name == "worker.deadline");
}
