using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.Telemetry;
using Baton.Processor.Telemetry.Push;
using Baton.Processor.Tests.Forward;
using Baton.Testing;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Baton.Processor.Tests.Telemetry.Push;

/// <summary>What is pushed as OTLP says what /metrics says.</summary>
public sealed class MetricsPushTests
{
    private static readonly HandoffView Job = new("render_job", "shop", new TraceId(0x0af7651916cd43dd, 0x8448eb211c80319c), default, 0);

    private readonly Instruments _instruments = new();
    private readonly ContinuityMetrics _metrics;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow.AddMinutes(-1));
    private readonly RecordingLogger _logger = new();
    private readonly List<ExportMetricsServiceRequest> _sent = [];
    private AppendStatus _status = AppendStatus.Stored;

    public MetricsPushTests() => _metrics = new ContinuityMetrics(_instruments);

    [Fact]
    public async Task Every_series_of_the_page_is_pushed_with_its_value()
    {
        _metrics.Opened(Job);
        _metrics.Acknowledged(Job, 0.3);
        _metrics.Completed(Job, late: false, 521.82);
        _metrics.Completed(Job, late: true, 100_000);
        await Push(MetricsTemporality.Cumulative).SendAsync();

        var page = new MetricsPage(string.Join('\n', await InstrumentsTests.Export(_instruments)));
        var scope = Assert.Single(Assert.Single(Assert.Single(_sent).ResourceMetrics).ScopeMetrics);
        var compared = 0;
        foreach (var metric in scope.Metrics.Where(metric => metric.Name.StartsWith("baton_", StringComparison.Ordinal)))
        {
            foreach (var (suffix, labels, value) in Samples(metric))
            {
                Assert.Contains($"{metric.Name}{suffix}", page.Text, StringComparison.Ordinal);
                Assert.Equal(page.Sum(metric.Name + suffix, labels), value);
                compared++;
            }
        }
        // Two histograms with 18 and 21 lines, and the counters that a job announces.
        Assert.True(compared > 18 + 21 + 10, $"{compared} series");
        Assert.Equal(compared, page.Text.Split('\n').Count(line => line.StartsWith("baton_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Sums_are_monotonic_units_are_told_and_exemplars_carry_the_trace_once()
    {
        _metrics.Acknowledged(Job, 0.3);
        _metrics.Missed(Job, Verdict.SilentSleep, DeadlineKind.ScheduleToStart);
        var push = Push(MetricsTemporality.Cumulative);
        await push.SendAsync();
        _time.SetUtcNow(DateTimeOffset.UtcNow.AddSeconds(1));
        await push.SendAsync();
        await push.SendAsync();

        var wakeUp = Of(_sent[0], "baton_wake_up_latency_seconds");
        Assert.Equal(("s", AggregationTemporality.Cumulative), (wakeUp.Unit, wakeUp.Histogram.AggregationTemporality));
        var exemplar = Assert.Single(Assert.Single(wakeUp.Histogram.DataPoints).Exemplars);
        Assert.Equal((0.3, "0af7651916cd43dd8448eb211c80319c"), (exemplar.AsDouble, Convert.ToHexStringLower(exemplar.TraceId.Span)));
        var missed = Of(_sent[0], "baton_deadlines_missed_total").Sum;
        Assert.True(missed.IsMonotonic);
        Assert.Single(Assert.Single(missed.DataPoints).Exemplars);
        Assert.Empty(Of(_sent[2], "baton_wake_up_latency_seconds").Histogram.DataPoints[0].Exemplars);
        var attributes = _sent[0].ResourceMetrics[0].Resource.Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.StringValue);
        Assert.Equal(("baton", "host:8888"), (attributes["service.name"], attributes["service.instance.id"]));
    }

    [Fact]
    public async Task Deltas_add_up_and_what_the_journal_refused_is_in_the_next_one()
    {
        var push = Push(MetricsTemporality.Delta);
        _metrics.Acknowledged(Job, 0.3);
        _metrics.Redelivered(Job);
        await push.SendAsync();
        _status = AppendStatus.Full;
        _metrics.Redelivered(Job);
        await push.SendAsync();
        await push.SendAsync();
        _status = AppendStatus.Stored;
        _metrics.Acknowledged(Job, 500);
        _time.Advance(TimeSpan.FromSeconds(5));
        await push.SendAsync();
        await push.SendAsync();

        Assert.Equal(3, _sent.Count);
        Assert.Equal([1, 1, 0], _sent.Select(request => Of(request, "baton_redeliveries_total").Sum.DataPoints[0].AsDouble));
        var gaps = _sent.Select(request => Of(request, "baton_wake_up_latency_seconds").Histogram.DataPoints[0]).ToList();
        Assert.Equal([1ul, 1, 0], gaps.Select(point => point.Count));
        Assert.Equal([0.3, 500, 0], gaps.Select(point => Math.Round(point.Sum, 9)));
        Assert.Equal([1ul, 1, 0], gaps.Select(point => point.BucketCounts.Aggregate((a, b) => a + b)));
        Assert.NotEqual(gaps[0].BucketCounts, gaps[1].BucketCounts);
        Assert.Equal(gaps[0].TimeUnixNano, gaps[1].StartTimeUnixNano);
        Assert.Equal(gaps[1].TimeUnixNano, gaps[2].StartTimeUnixNano);
        Assert.Single(_logger.Lines, line => line.Text.Contains("does not take Baton's own metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_sent_at_each_interval_by_the_options_in_force_and_once_more_at_the_stop()
    {
        using var stop = new CancellationTokenSource();
        var push = Push(MetricsTemporality.Cumulative, seconds: 60);
        var run = push.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(_sent);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(() => _sent.Count == 1);

        push.Use(Options(MetricsTemporality.Delta, 10));
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _sent.Count == 2;
        });
        push.Use(new MetricsOtlpOptions());
        await stop.CancelAsync();
        await run;

        Assert.Equal(AggregationTemporality.Delta, Of(_sent[1], "process_cpu_seconds_total").Sum.AggregationTemporality);
        Assert.Equal(2, _sent.Count);
        await Push(MetricsTemporality.Cumulative).RunAsync(stop.Token);
        Assert.Equal(3, _sent.Count);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static MetricsOtlpOptions Options(MetricsTemporality temporality, int seconds) =>
        new() { Exporters = ["otlp/mimir"], Temporality = temporality, Interval = TimeSpan.FromSeconds(seconds) };

    private MetricsPush Push(MetricsTemporality temporality, int seconds = 60) =>
        new(Options(temporality, seconds), _instruments, "host:8888", AppendAsync, _time, _logger);

    private ValueTask<AppendResult> AppendAsync(EntryKind kind, PayloadEncoding encoding, ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> payload, int spanCount)
    {
        Assert.Equal((EntryKind.OwnMetrics, PayloadEncoding.Identity, 0, 0), (kind, encoding, events.Length, spanCount));
        if (_status == AppendStatus.Stored) _sent.Add(ExportMetricsServiceRequest.Parser.ParseFrom(payload.Span));
        return ValueTask.FromResult(new AppendResult(_status, 0));
    }

    private static Metric Of(ExportMetricsServiceRequest request, string name) =>
        Assert.Single(request.ResourceMetrics[0].ScopeMetrics[0].Metrics, metric => metric.Name == name);

    // As the page has them: a histogram's buckets add up, and the last is that of everything.
    private static IEnumerable<(string Suffix, (string, string)[] Labels, double Value)> Samples(Metric metric)
    {
        foreach (var point in (IEnumerable<NumberDataPoint>?)metric.Sum?.DataPoints ?? metric.Gauge?.DataPoints ?? [])
            yield return ("", Labels(point.Attributes), point.AsDouble);
        foreach (var point in metric.Histogram?.DataPoints ?? [])
        {
            var labels = Labels(point.Attributes);
            yield return ("_sum", labels, point.Sum);
            yield return ("_count", labels, point.Count);
            var below = 0ul;
            for (var i = 0; i < point.BucketCounts.Count; i++)
            {
                below += point.BucketCounts[i];
                var bound = i < point.ExplicitBounds.Count ? point.ExplicitBounds[i].ToString(System.Globalization.CultureInfo.InvariantCulture) : "+Inf";
                yield return ("_bucket", [.. labels, ("le", bound)], below);
            }
        }
    }

    private static (string, string)[] Labels(IEnumerable<OpenTelemetry.Proto.Common.V1.KeyValue> attributes) =>
        [.. attributes.Select(attribute => (attribute.Key, attribute.Value.StringValue))];
}
