using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Testing.Processes;
using Baton.Testing.Sink;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Baton.Processor.Tests.Forward;

/// <summary>What is tried again, when, and for how long: OTLP 1.11, "Failures" and "OTLP/gRPC throttling".</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.OutOfRange)]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DataLoss)]
    public async Task A_retryable_status_is_tried_again_until_the_request_is_taken(StatusCode status)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Refuse(status, 503), SinkAnswer.Refuse(status, 503));
        var (sent, failed) = await ForwardOne(sink);

        Assert.Equal((1, 0, 3), (sent, failed, sink.Requests.Count));
        Assert.Equal(sink.Requests[0].Body.ToArray(), sink.Requests[2].Body.ToArray());
    }

    [Theory]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.AlreadyExists)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.Internal)]
    public async Task Any_other_status_is_final_and_the_queue_moves_on(StatusCode status)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Refuse(status, 400));
        var (sent, failed) = await ForwardOne(sink);

        Assert.Equal((0, 1, 1), (sent, failed, sink.Requests.Count));
        Assert.Empty(sink.Spans);
    }

    [Fact]
    public async Task Resource_exhausted_is_tried_again_after_the_wait_that_RetryInfo_asks_for()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Exhausted(TimeSpan.FromSeconds(77)), SinkAnswer.Unavailable(TimeSpan.FromMinutes(3)));
        var time = new SkippingTime();
        var (sent, failed) = await ForwardOne(sink, time: time);

        Assert.Equal((1, 0, 3), (sent, failed, sink.Requests.Count));
        Assert.Equal([TimeSpan.FromSeconds(77), TimeSpan.FromMinutes(3)], time.Waits);
    }

    [Fact]
    public async Task Pauses_grow_by_half_up_to_the_longest_and_are_spread_by_half()
    {
        await using var fixture = new ForwardFixture { Time = new SkippingTime() };
        var attempts = 0;
        var exporter = new ScriptedExporter(_ => ++attempts <= 40 ? ScriptedExporter.Unavailable : ExportResult.Accepted);
        var retry = new RetryOptions { InitialInterval = TimeSpan.FromSeconds(5), MaxInterval = TimeSpan.FromSeconds(30) };
        var forwarder = fixture.Start(exporter, new ForwarderSettings("otlp/test") { Retry = retry, Jitter = new Random(1) });
        await fixture.AppendAsync(ForwardFixture.Traces("span"));
        await fixture.DeliveredAsync(forwarder);

        var waits = ((SkippingTime)fixture.Time).Waits.Select(wait => wait.TotalSeconds).ToList();
        double[] centres = [5, 7.5, 11.25, 16.875, 25.3125, .. Enumerable.Repeat(30.0, 35)];
        Assert.Equal(centres.Length, waits.Count);
        Assert.All(waits.Zip(centres), pair => Assert.InRange(pair.First, pair.Second / 2, pair.Second * 1.5));
        Assert.True(waits.Distinct().Count() > 30, "The pauses are not spread.");
    }

    [Fact]
    public async Task A_request_is_given_up_once_max_elapsed_time_would_be_exceeded()
    {
        var log = new RecordingLogger();
        await using var fixture = new ForwardFixture { Time = new SkippingTime(), Logger = log };
        var exporter = new ScriptedExporter(_ => ScriptedExporter.Unavailable with { RetryAfter = TimeSpan.FromSeconds(10) });
        var retry = new RetryOptions { MaxElapsedTime = TimeSpan.FromSeconds(35) };
        var forwarder = fixture.Start(exporter, new ForwarderSettings("otlp/test") { Retry = retry });
        await fixture.AppendAsync(ForwardFixture.Traces("a", "b"), spans: 2);
        await fixture.DeliveredAsync(forwarder);

        Assert.Equal(4, exporter.All.Count);
        Assert.Equal(2, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value);
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("max_elapsed_time: 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_retry_on_failure_the_first_failure_is_the_last()
    {
        await using var fixture = new ForwardFixture();
        var exporter = new ScriptedExporter(_ => ScriptedExporter.Unavailable);
        var forwarder = fixture.Start(exporter, new ForwarderSettings("otlp/test") { Retry = new RetryOptions { Enabled = false } });
        await fixture.AppendAsync(ForwardFixture.Traces("a"));
        await fixture.DeliveredAsync(forwarder);

        Assert.Single(exporter.All);
        Assert.Equal(1, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value);
    }

    [Theory]
    [InlineData(SinkReset.Stream)]
    [InlineData(SinkReset.Connection)]
    public async Task A_broken_stream_or_connection_says_nothing_about_the_data_and_is_tried_again(SinkReset reset)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(new SinkAnswer { Reset = reset, Taken = false }, new SinkAnswer { Reset = reset, Taken = false });
        var (sent, failed) = await ForwardOne(sink);

        Assert.Equal((1, 0, 1), (sent, failed, sink.Spans.Count));
    }

    [Fact]
    public async Task A_request_that_was_taken_before_the_connection_broke_is_sent_again()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.TakenThenConnectionReset);
        var (sent, _) = await ForwardOne(sink);

        Assert.Equal((1, 2), (sent, sink.Spans.Count));
    }

    [Fact]
    public async Task A_call_that_is_not_answered_within_the_timeout_is_tried_again()
    {
        await using var sink = await RecordingSink.StartAsync();
        var never = new TaskCompletionSource();
        sink.Next(SinkAnswer.Ok with { Gate = never.Task });
        var (sent, failed) = await ForwardOne(sink, options => options with { Timeout = TimeSpan.FromSeconds(1) });

        Assert.Equal((1, 0), (sent, failed));
        Assert.InRange(sink.Requests.Count, 2, int.MaxValue);
        never.SetResult();
    }

    [Fact]
    public async Task A_merged_request_that_is_too_large_for_the_timeout_gets_through_in_pieces()
    {
        await using var fixture = new ForwardFixture { Time = new SkippingTime() };
        var exporter = new ScriptedExporter(attempt => attempt.Request.SpanCount > 10
            ? new ExportResult(ExportOutcome.Retryable) { Kind = "DEADLINE_EXCEEDED", TimedOut = true }
            : ExportResult.Accepted);
        fixture.Create(exporter).Dispose();
        for (var i = 0; i < 100; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(fixture.Start(exporter));

        Assert.Equal(100, fixture.Metrics.ExporterSentSpans.With("otlp/test").Value);
        var taken = exporter.All.Where(attempt => attempt.Request.SpanCount <= 10).SelectMany(attempt => RecordedSpan.ReadAll(attempt.Payload));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"span {i}"), taken.Select(span => span.Name));
    }

    [Fact]
    public async Task A_destination_that_comes_up_late_gets_everything_and_the_log_tells_of_the_outage_once()
    {
        var port = FreePorts.Take(1)[0];
        var log = new RecordingLogger();
        await using var fixture = new ForwardFixture { Logger = log };
        // One at a time: of several under way one may still find nobody while another is taken, which is another outage.
        var options = ForwardFixture.Otlp(new Uri($"http://127.0.0.1:{port}")) with { Sending = new SendingOptions { MaxInFlight = 1 } };
        var forwarder = fixture.Start(options);
        for (var i = 0; i < 100; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
        while (log.Lines.IsEmpty) await Task.Delay(1, TestContext.Current.CancellationToken);

        await using var late = await RecordingSink.StartAsync(port);
        await fixture.DeliveredAsync(forwarder);

        Assert.Equal(100, late.Spans.Count);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Lines.Select(line => line.Level));
    }

    private static async Task<(double Sent, double Failed)> ForwardOne(
        RecordingSink sink, Func<OtlpExporterOptions, OtlpExporterOptions>? change = null, TimeProvider? time = null)
    {
        await using var fixture = new ForwardFixture { Time = time ?? TimeProvider.System };
        var options = ForwardFixture.Otlp(sink.GrpcEndpoint);
        var forwarder = fixture.Start(change?.Invoke(options) ?? options);
        await fixture.AppendAsync(ForwardFixture.Traces("span"));
        await fixture.DeliveredAsync(forwarder);
        return (fixture.Metrics.ExporterSentSpans.With("otlp/test").Value, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value);
    }
}
