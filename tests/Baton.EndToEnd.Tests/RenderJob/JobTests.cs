using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Sink;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.EndToEnd.Tests.RenderJob;

/// <summary>The applications alone, straight into the sink: what a real SDK and RabbitMQ.Client send of each run.</summary>
public sealed class JobTests(BrokerFixture fixture) : IAsyncLifetime
{
    private RecordingSink _sink = null!;

    public async ValueTask InitializeAsync() => _sink = await RecordingSink.StartAsync();

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    [Fact]
    public async Task HealthyJobIsOneTraceFromPublishToCompletion()
    {
        await using var worker = await JobProcess.WorkAsync(fixture.Broker, "job-healthy", _sink.HttpEndpoint, "--protocol", "http");
        var job = Assert.Single(await JobProcess.ProduceAsync(fixture.Broker, "job-healthy", _sink.GrpcEndpoint));
        await worker.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(worker);

        var produce = Named("produce.render_job");
        Assert.Equal((job.TraceId, job.SpanId, ""), (produce.TraceId, produce.SpanId, produce.ParentSpanId));
        var publish = Assert.Single(_sink.Spans, s => s.Scope.Name == "RabbitMQ.Client.Publisher");
        Assert.Equal((job.SpanId, Span.Types.SpanKind.Producer), (publish.ParentSpanId, publish.Span.Kind));
        var deliver = Assert.Single(_sink.Spans, s => s.Scope.Name == "RabbitMQ.Client.Subscriber");
        Assert.Equal((publish.SpanId, Span.Types.SpanKind.Consumer), (deliver.ParentSpanId, deliver.Span.Kind));
        Assert.Equal(Span.Types.SpanKind.Consumer, Named("worker.ack_wake").Span.Kind);
        Assert.All(["worker.ack_wake", "worker.run", "worker.complete"], name => Assert.Equal(deliver.SpanId, Named(name).ParentSpanId));
        Assert.All(_sink.Spans, span => Assert.Equal(job.TraceId, span.TraceId));
        Assert.Equal(6, _sink.Spans.Count);
    }

    [Fact]
    public async Task StrippedHeadersLeaveTheWorkerInATraceOfItsOwn()
    {
        await using var hop = await JobProcess.RelayAsync(fixture.Broker, "job-stripped-in", "job-stripped-out");
        await using var worker = await JobProcess.WorkAsync(fixture.Broker, "job-stripped-out", _sink.GrpcEndpoint);
        var job = Assert.Single(await JobProcess.ProduceAsync(fixture.Broker, "job-stripped-in", _sink.GrpcEndpoint));
        await worker.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(worker);

        var deliver = Assert.Single(_sink.Spans, s => s.Scope.Name == "RabbitMQ.Client.Subscriber");
        Assert.NotEqual(job.TraceId, deliver.TraceId);
        Assert.Equal("", deliver.ParentSpanId);
        Assert.Equal(job.MessageId, deliver.Attribute("messaging.message.id")?.StringValue);
        Assert.Equal((deliver.TraceId, deliver.SpanId), (Named("worker.ack_wake").TraceId, Named("worker.ack_wake").ParentSpanId));
    }

    [Fact]
    public async Task KilledWorkersJobIsRedeliveredInTheProducersTrace()
    {
        await using var first = await JobProcess.WorkAsync(fixture.Broker, "job-killed", _sink.GrpcEndpoint, "--stall", "yes");
        var job = Assert.Single(await JobProcess.ProduceAsync(fixture.Broker, "job-killed", _sink.GrpcEndpoint));
        await first.WaitForLineAsync(line => line == $"woken {job.MessageId}");
        await _sink.WaitForSpanAsync(s => s.Name == "worker.ack_wake");
        await first.KillAsync();
        await using var second = await JobProcess.WorkAsync(fixture.Broker, "job-killed", _sink.GrpcEndpoint);
        await second.WaitForLineAsync(line => line == $"completed {job.MessageId}");
        await JobProcess.StopAsync(second);

        Assert.Equal(2, _sink.Spans.Count(s => s.Name == "worker.ack_wake"));
        Assert.Equal(job.TraceId, Named("worker.complete").TraceId);
        // The first worker's open spans died with it.
        Assert.Single(_sink.Spans, s => s.Scope.Name == "RabbitMQ.Client.Subscriber");
        Assert.Single(_sink.Spans, s => s.Name == "worker.run");
    }

    [Fact]
    public async Task PurgedQueueLosesTheJobWithoutATrace()
    {
        var job = Assert.Single(await JobProcess.ProduceAsync(fixture.Broker, "job-purged", _sink.GrpcEndpoint));

        Assert.Equal(1u, await Queues.PurgeAsync(fixture.Broker, "job-purged"));

        Assert.Equal(["produce.render_job", "publish job-purged"], _sink.Spans.Select(s => s.Name).Order());
        Assert.All(_sink.Spans, span => Assert.Equal(job.TraceId, span.TraceId));
    }

    private RecordedSpan Named(string name) => Assert.Single(_sink.Spans, s => s.Name == name);
}
