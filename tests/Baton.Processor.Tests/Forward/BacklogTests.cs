using Baton.Processor.Forward;
using Baton.Testing.Sink;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Forward;

/// <summary>max_backlog: one destination that does not keep up loses its oldest, counted, and nobody else loses anything.</summary>
public sealed class BacklogTests
{
    private const int Entries = 200;

    [Fact]
    public async Task More_than_may_wait_is_skipped_oldest_first_and_counted_span_by_span()
    {
        var time = new FakeTimeProvider();
        var log = new RecordingLogger();
        await using var fixture = new ForwardFixture { Time = time, Logger = log };
        var stuck = new ScriptedExporter();
        var forwarder = fixture.Start(stuck, new ForwarderSettings("otlp/test") { MaxBacklogBytes = 10_000 });
        for (var i = 0; i < Entries; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
        await stuck.WaitForAsync(1);
        var sizeOfOne = fixture.Journal.Tail / Entries;

        time.Advance(TimeSpan.FromSeconds(2));
        while (forwarder.Position == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.InRange(forwarder.QueueBytes, 7_500 - sizeOfOne, 7_500);
        stuck.AcceptAll();
        await fixture.DeliveredAsync(forwarder);

        var skipped = fixture.Metrics.ExporterSkippedSpans.With("otlp/test").Value;
        Assert.InRange(skipped, 1, Entries - 1);
        Assert.Equal(Entries, skipped + fixture.Metrics.ExporterSentSpans.With("otlp/test").Value);
        Assert.Equal(0, fixture.Metrics.ExporterFailedSpans.With("otlp/test").Value);
        var last = stuck.All.Last(attempt => RecordedSpan.ReadAll(attempt.Payload).Any(span => span.Name == $"span {Entries - 1}"));
        Assert.DoesNotContain(RecordedSpan.ReadAll(last.Payload), span => span.Name == "span 0");
        Assert.Single(log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("max_backlog", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_skipped_stays_skipped_after_a_restart()
    {
        var time = new FakeTimeProvider();
        await using var fixture = new ForwardFixture { Time = time };
        var stuck = new ScriptedExporter();
        var forwarder = fixture.Start(stuck, new ForwarderSettings("otlp/test") { MaxBacklogBytes = 10_000 });
        for (var i = 0; i < Entries; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
        time.Advance(TimeSpan.FromSeconds(2));
        while (forwarder.Position == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        var position = forwarder.Position;
        stuck.AcceptAll();

        await fixture.RestartAsync();

        Assert.True(fixture.Create(new ScriptedExporter()).Position >= position);
    }

    [Fact]
    public async Task An_exporter_without_a_limit_and_one_within_it_get_everything()
    {
        var time = new FakeTimeProvider();
        await using var fixture = new ForwardFixture { Time = time };
        var patient = new ScriptedExporter();
        var one = fixture.Start(patient, new ForwarderSettings("otlp/unlimited"));
        var other = fixture.Start(new ScriptedExporter(_ => Processor.Forward.ExportResult.Accepted), new ForwarderSettings("otlp/quick") { MaxBacklogBytes = 1_000_000 });
        for (var i = 0; i < Entries; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));
        await fixture.DeliveredAsync(other);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, one.Position);

        patient.AcceptAll();
        await fixture.DeliveredAsync(one);

        Assert.Equal(Entries, fixture.Metrics.ExporterSentSpans.With("otlp/unlimited").Value);
        Assert.Equal(Entries, fixture.Metrics.ExporterSentSpans.With("otlp/quick").Value);
    }

    [Fact]
    public async Task A_destination_that_was_down_for_an_hour_gets_everything_once_it_is_back()
    {
        var time = new SkippingTime();
        await using var fixture = new ForwardFixture { Time = time };
        var began = time.GetUtcNow();
        var exporter = new ScriptedExporter(_ => time.GetUtcNow() - began < TimeSpan.FromHours(1) ? ScriptedExporter.Unavailable : Processor.Forward.ExportResult.Accepted);
        var forwarder = fixture.Start(exporter);
        for (var i = 0; i < Entries; i++) await fixture.AppendAsync(ForwardFixture.Traces($"span {i}"));

        await fixture.DeliveredAsync(forwarder);

        Assert.Equal(Entries, fixture.Metrics.ExporterSentSpans.With("otlp/test").Value);
        // The longest pause is half a minute, spread by half: not a call a second for an hour.
        Assert.InRange(exporter.All.Count, 50, 2_500);
    }
}
