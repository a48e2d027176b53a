using Baton.Processor.Configuration.Options;
using Baton.Processor.Forward;
using Baton.Processor.Journal;
using Baton.Testing.Sink;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Baton.Processor.Tests.Forward;

/// <summary>What a destination does not take is counted and told once, and takes nothing else with it.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task One_refused_entry_does_not_take_the_entries_with_it_that_Baton_merged_it_with()
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Otherwise(request => request.Spans.Any(span => span.Name == "span 13") ? SinkAnswer.Invalid("span 13 is bad luck") : SinkAnswer.Ok);
        await using var fixture = new ForwardFixture();
        fixture.Create(new ScriptedExporter()).Dispose();
        for (var i = 0; i < 40; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint)));

        Assert.Equal(Enumerable.Range(0, 40).Where(i => i != 13).Select(i => $"span {i}"), sink.Spans.Select(span => span.Name));
        Assert.Equal((39, 1), (Sent(fixture), Failed(fixture)));
        Assert.InRange(sink.Requests.Count, 2, 2 * 7);
    }

    [Fact]
    public async Task A_destination_that_refuses_everything_is_not_asked_for_every_entry()
    {
        await using var fixture = new ForwardFixture();
        var exporter = new ScriptedExporter(_ => ScriptedExporter.Invalid);
        fixture.Create(exporter).Dispose();
        for (var i = 0; i < 1000; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(fixture.Start(exporter));

        Assert.Equal(1000, Failed(fixture));
        Assert.InRange(exporter.All.Count, 2, 200);
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unimplemented)]
    public async Task A_refusal_that_no_single_entry_can_be_the_reason_of_is_not_repeated_in_pieces(StatusCode status)
    {
        await using var sink = await RecordingSink.StartAsync();
        sink.Otherwise(_ => SinkAnswer.Refuse(status, 401));
        await using var fixture = new ForwardFixture();
        fixture.Create(new ScriptedExporter()).Dispose();
        for (var i = 0; i < 40; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint)));

        Assert.Single(sink.Requests);
        Assert.Equal((0, 40), (Sent(fixture), Failed(fixture)));
    }

    [Fact]
    public async Task Each_kind_of_refusal_is_logged_once_with_what_to_do()
    {
        var log = new RecordingLogger();
        await using var sink = await RecordingSink.StartAsync();
        sink.Otherwise(request => request.Signal == Testing.Sink.OtlpSignal.Metrics
            ? SinkAnswer.Refuse(StatusCode.Unimplemented, 404, "unknown service")
            : SinkAnswer.Refuse(StatusCode.Unauthenticated, 401, "no token"));
        await using var fixture = new ForwardFixture { Logger = log };
        var forwarder = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint), "otlp/vendor");
        for (var i = 0; i < 10; i++)
        {
            await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
            await fixture.AppendAsync([0x0a, 0x00], EntryKind.Metrics, spans: 0);
            await fixture.DeliveredAsync(forwarder);
        }

        var errors = log.Lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text).ToList();
        Assert.Equal(2, errors.Count);
        Assert.Contains(errors, text => text.Contains("otlp/vendor", StringComparison.Ordinal) && text.Contains("UNAUTHENTICATED: no token", StringComparison.Ordinal) && text.Contains("headers", StringComparison.Ordinal));
        Assert.Contains(errors, text => text.Contains("data points", StringComparison.Ordinal) && text.Contains("UNIMPLEMENTED: unknown service", StringComparison.Ordinal));
        Assert.Equal(10, fixture.Metrics.ExporterFailedSpans.With("otlp/vendor").Value);
    }

    [Fact]
    public async Task A_partial_success_is_counted_and_never_sent_again()
    {
        var log = new RecordingLogger();
        await using var sink = await RecordingSink.StartAsync();
        sink.Next(SinkAnswer.Partial(2, "two were too old"), SinkAnswer.Partial(1, "so was one"));
        await using var fixture = new ForwardFixture { Logger = log };
        var forwarder = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint));
        for (var i = 0; i < 3; i++)
        {
            await fixture.AppendAsync(ForwardFixture.Traces($"{i} a", $"{i} b", $"{i} c"), spans: 3);
            await fixture.DeliveredAsync(forwarder);
        }

        Assert.Equal(3, sink.Requests.Count);
        Assert.Equal((6, 0), (Sent(fixture), Failed(fixture)));
        Assert.Equal(3, fixture.Metrics.ExporterRejectedSpans.With("otlp/test").Value);
        var line = Assert.Single(log.Lines);
        Assert.Contains("rejected 2 of 3 spans: two were too old", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_payload_that_is_none_is_dropped_and_counted_where_it_must_be_decompressed()
    {
        var log = new RecordingLogger();
        await using var sink = await RecordingSink.StartAsync();
        await using var fixture = new ForwardFixture { Logger = log };
        var forwarder = fixture.Start(ForwardFixture.Otlp(sink.GrpcEndpoint) with { Compression = ExporterCompression.None });
        await fixture.AppendAsync("not gzip"u8.ToArray(), encoding: PayloadEncoding.Gzip, spans: 5);
        await fixture.AppendAsync(ForwardFixture.Traces("good"));

        await fixture.DeliveredAsync(forwarder);

        Assert.Equal("good", Assert.Single(sink.Spans).Name);
        Assert.Equal((1, 5), (Sent(fixture), Failed(fixture)));
        Assert.Contains("cannot be decompressed", Assert.Single(log.Lines).Text, StringComparison.Ordinal);
    }

    private static double Sent(ForwardFixture fixture) => fixture.Metrics.ExporterSentSpans.With("otlp/test").Value;

    private static double Failed(ForwardFixture fixture) => fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value;
}
