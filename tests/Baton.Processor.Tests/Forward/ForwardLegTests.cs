using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Processor.Telemetry;
using Baton.Testing.Sink;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Processor.Tests.Forward;

public sealed class ForwardLegTests
{
    [Fact]
    public async Task Every_exporter_of_the_default_route_gets_everything_and_no_other_does()
    {
        await using var first = await RecordingSink.StartAsync();
        await using var second = await RecordingSink.StartAsync();
        await using var third = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        await using var output = new StringWriter();
        await using var leg = Leg(fixture, output, new BatonOptions
        {
            Exporters = new Dictionary<string, ExporterOptions>
            {
                ["otlp/first"] = ForwardFixture.Otlp(first.GrpcEndpoint),
                ["otlp/second"] = ForwardFixture.Otlp(second.GrpcEndpoint),
                ["otlp/third"] = ForwardFixture.Otlp(third.GrpcEndpoint),
                ["debug"] = new DebugExporterOptions(),
            },
            Routing = new RoutingOptions { Default = ["otlp/second", "debug", "otlp/first"] },
        });
        for (var i = 0; i < 10; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
        leg.UpdateGauges(TimeProvider.System.GetUtcNow().AddSeconds(100));
        Assert.Equal(fixture.Journal.Tail, fixture.Metrics.ExporterQueueBytes.With("debug").Value);

        using var stop = new CancellationTokenSource();
        var run = leg.RunAsync(stop.Token);
        await leg.WaitForAsync(fixture.Journal.Tail, TestContext.Current.CancellationToken);
        leg.UpdateGauges(TimeProvider.System.GetUtcNow().AddSeconds(100));
        await stop.CancelAsync();
        await run;

        Assert.Equal((10, 10, 0), (first.Spans.Count, second.Spans.Count, third.Spans.Count));
        Assert.StartsWith("spans: ", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["otlp/second", "debug", "otlp/first"], leg.Cursors);
        foreach (var name in leg.Cursors)
        {
            Assert.Equal((0, 0), (fixture.Metrics.ExporterQueueBytes.With(name).Value, fixture.Metrics.ExporterLagSeconds.With(name).Value));
        }
    }

    [Fact]
    public async Task An_empty_default_route_drops_on_purpose_and_counts_spans()
    {
        await using var fixture = new ForwardFixture();
        await using var output = new StringWriter();
        await using var leg = Leg(fixture, output, new BatonOptions());
        using var stop = new CancellationTokenSource();
        var run = leg.RunAsync(stop.Token);
        await fixture.AppendAsync(ForwardFixture.Traces("a", "b"), spans: 2);
        await fixture.AppendAsync(ForwardFixture.Traces("worker.deadline"), EntryKind.Own);
        await fixture.AppendAsync([0x0a, 0x00], EntryKind.Metrics, spans: 9);

        while (fixture.Metrics.RoutingDroppedSpans.With().Value < 3) await Task.Delay(1, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await run;
        Assert.Equal(3, fixture.Metrics.RoutingDroppedSpans.With().Value);
        Assert.Empty(leg.Cursors);
    }

    [Fact]
    public async Task Batons_own_metrics_go_to_the_exporters_named_for_them_and_to_no_other()
    {
        await using var spans = await RecordingSink.StartAsync();
        await using var metrics = await RecordingSink.StartAsync();
        await using var both = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        await using var output = new StringWriter();
        BatonOptions Of(params string[] own) => new()
        {
            Exporters = new Dictionary<string, ExporterOptions>
            {
                ["otlp/spans"] = ForwardFixture.Otlp(spans.GrpcEndpoint),
                ["otlp/metrics"] = ForwardFixture.Otlp(metrics.GrpcEndpoint),
                ["otlp/both"] = ForwardFixture.Otlp(both.GrpcEndpoint),
            },
            Routing = new RoutingOptions { Default = ["otlp/spans", "otlp/both"] },
            Service = new ServiceOptions { Telemetry = new ServiceTelemetryOptions { Metrics = new MetricsOptions { Otlp = new MetricsOtlpOptions { Exporters = own } } } },
        };
        await using var leg = Leg(fixture, output, Of("otlp/metrics"));
        using var stop = new CancellationTokenSource();
        var run = leg.RunAsync(stop.Token);
        async Task AppendAsync()
        {
            await fixture.AppendAsync(ForwardFixture.Traces("span"));
            await fixture.AppendAsync([0x0a, 0x00], EntryKind.OwnMetrics);
            await leg.WaitForAsync(fixture.Journal.Tail, TestContext.Current.CancellationToken);
        }
        (int Spans, int Metrics) At(RecordingSink sink) => (sink.Spans.Count, sink.Requests.Count(request => request.Signal == Testing.Sink.OtlpSignal.Metrics));

        await AppendAsync();
        Assert.Equal(((1, 0), (0, 1), (1, 0)), (At(spans), At(metrics), At(both)));
        await leg.ReconfigureAsync(Of("otlp/both"));
        await AppendAsync();
        Assert.Equal(((2, 0), (0, 1), (2, 1)), (At(spans), At(metrics), At(both)));

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_changed_configuration_keeps_what_stays_continues_what_changed_and_begins_what_is_new()
    {
        await using var stays = await RecordingSink.StartAsync();
        await using var moves = await RecordingSink.StartAsync();
        await using var moved = await RecordingSink.StartAsync();
        await using var leaves = await RecordingSink.StartAsync();
        await using var comes = await RecordingSink.StartAsync();
        moves.Otherwise(_ => SinkAnswer.Unavailable());
        await using var fixture = new ForwardFixture();
        await using var output = new StringWriter();
        BatonOptions Of(RecordingSink second, params (string Name, RecordingSink Sink)[] others)
        {
            var exporters = new Dictionary<string, ExporterOptions> { ["otlp/stays"] = ForwardFixture.Otlp(stays.GrpcEndpoint), ["otlp/moves"] = ForwardFixture.Otlp(second.GrpcEndpoint) };
            foreach (var (name, sink) in others) exporters[name] = ForwardFixture.Otlp(sink.GrpcEndpoint);
            return new BatonOptions { Exporters = exporters, Routing = new RoutingOptions { Default = [.. exporters.Keys] } };
        }
        await using var leg = Leg(fixture, output, Of(moves, ("otlp/leaves", leaves)));
        using var stop = new CancellationTokenSource();
        var run = leg.RunAsync(stop.Token);
        await fixture.AppendAsync(ForwardFixture.Traces("before"));
        await stays.WaitForSpansAsync(1);
        await leaves.WaitForSpansAsync(1);
        await moves.WaitForRequestAsync(_ => true);

        await leg.ReconfigureAsync(Of(moved, ("otlp/comes", comes)), "watch");
        await fixture.AppendAsync(ForwardFixture.Traces("after"));
        await leg.WaitForAsync(fixture.Journal.Tail, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await run;

        Assert.Equal(["before", "after"], stays.Spans.Select(span => span.Name));
        // Both were waiting, so they may be under way at once: of requests in flight the later may overtake.
        Assert.Equal(["after", "before"], moved.Spans.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["before"], leaves.Spans.Select(span => span.Name));
        Assert.Equal(["after"], comes.Spans.Select(span => span.Name));
        Assert.Equal(["otlp/stays", "otlp/moves", "otlp/comes"], leg.Cursors);
    }

    [Fact]
    public async Task Changed_routes_are_followed_without_touching_the_exporters()
    {
        await using var first = await RecordingSink.StartAsync();
        await using var second = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture();
        await using var output = new StringWriter();
        BatonOptions Of(params string[] vip) => new()
        {
            Exporters = new Dictionary<string, ExporterOptions> { ["otlp/a"] = ForwardFixture.Otlp(first.GrpcEndpoint), ["otlp/b"] = ForwardFixture.Otlp(second.GrpcEndpoint) },
            Routing = new RoutingOptions
            {
                Routes = [new RouteOptions { Condition = new Processor.Configuration.ConditionText("name == \"vip\""), Exporters = vip }],
                Default = ["otlp/b"],
            },
        };
        await using var leg = Leg(fixture, output, Of("otlp/a"));
        using var stop = new CancellationTokenSource();
        var run = leg.RunAsync(stop.Token);
        await fixture.AppendAsync(ForwardFixture.Traces("vip"));
        await leg.WaitForAsync(fixture.Journal.Tail, TestContext.Current.CancellationToken);
        await leg.ReconfigureAsync(Of("otlp/a", "otlp/b"));
        await fixture.AppendAsync(ForwardFixture.Traces("vip"));
        await leg.WaitForAsync(fixture.Journal.Tail, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await run;

        Assert.Equal((2, 1), (first.Spans.Count, second.Spans.Count));
    }

    private static ForwardLeg Leg(ForwardFixture fixture, TextWriter output, BatonOptions options) =>
        new(options, fixture.Journal, fixture.Metrics, output, TimeProvider.System, NullLoggerFactory.Instance);
}
