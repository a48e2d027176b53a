using Baton.Processor.Configuration.Options;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Baton.Processor.Telemetry.Push;

/// <summary>
/// A scrape as an OTLP request: counters become monotonic sums, histograms explicit-bucket histograms, everything else gauges (OpenTelemetry
/// specification, "Prometheus and OpenMetrics Compatibility"), under the names that the Prometheus page has. Single use.
/// </summary>
/// <param name="temporality">Since when sums and histograms count.</param>
/// <param name="since">What they had counted then; empty for cumulative ones.</param>
/// <param name="start">The beginning of what is counted.</param>
/// <param name="lastTime">The time of the request before: an exemplar that it has had is not sent again.</param>
/// <param name="now">The time of the scrape.</param>
internal sealed class MetricsRequest(
    MetricsTemporality temporality, CountedBefore since, ulong start, ulong lastTime, ulong now)
{
    private const double NanosPerSecond = 1e9;

    private readonly AggregationTemporality _temporality =
        temporality == MetricsTemporality.Delta ? AggregationTemporality.Delta : AggregationTemporality.Cumulative;

    /// <summary>The request.</summary>
    /// <param name="metrics">The scrape.</param>
    /// <param name="origin">Resource and scope, without metrics.</param>
    public ExportMetricsServiceRequest Of(IEnumerable<ScrapedMetric> metrics, ResourceMetrics origin)
    {
        var resource = origin.Clone();
        resource.ScopeMetrics[0].Metrics.AddRange(metrics.Where(metric => metric.Samples.Count > 0).Select(Of));
        return new ExportMetricsServiceRequest { ResourceMetrics = { resource } };
    }

    private Metric Of(ScrapedMetric scraped)
    {
        var metric = new Metric { Name = scraped.Name, Description = scraped.Help, Unit = UnitOf(scraped.Name) };
        switch (scraped.Type)
        {
            case "counter":
                metric.Name += "_total";
                metric.Sum = new Sum { IsMonotonic = true, AggregationTemporality = _temporality, DataPoints = { scraped.Samples.Select(Counted) } };
                break;
            case "histogram":
                metric.Histogram = new Histogram { AggregationTemporality = _temporality, DataPoints = { Histograms(scraped) } };
                break;
            default:
                metric.Gauge = new Gauge { DataPoints = { scraped.Samples.Select(sample => Point(sample, sample.Value)) } };
                break;
        }
        return metric;
    }

    private NumberDataPoint Counted(Sample sample)
    {
        var point = Point(sample, sample.Value - since.Of(sample));
        point.StartTimeUnixNano = start;
        AddExemplar(sample, point.Exemplars);
        return point;
    }

    private NumberDataPoint Point(Sample sample, double value)
    {
        var point = new NumberDataPoint { TimeUnixNano = now, AsDouble = value };
        point.Attributes.AddRange(Attributes(sample));
        return point;
    }

    private IEnumerable<HistogramDataPoint> Histograms(ScrapedMetric scraped) =>
        scraped.Samples.GroupBy(sample => CountedBefore.KeyOf(sample.Labels)).Select(series => Histogram(scraped.Name, [.. series]));

    private HistogramDataPoint Histogram(string name, IReadOnlyList<Sample> series)
    {
        var point = new HistogramDataPoint { StartTimeUnixNano = start, TimeUnixNano = now };
        point.Attributes.AddRange(Attributes(series[0]));
        var below = 0d;
        foreach (var sample in series)
        {
            var counted = sample.Value - since.Of(sample);
            if (sample.Name == name + "_sum")
            {
                point.Sum = counted;
            }
            else if (sample.Name == name + "_count")
            {
                point.Count = (ulong)counted;
            }
            else
            {
                // The page's buckets hold all that is below their bound; OTLP's what is between two.
                var bound = BoundOf(sample);
                if (!double.IsPositiveInfinity(bound)) point.ExplicitBounds.Add(bound);
                point.BucketCounts.Add((ulong)(counted - below));
                below = counted;
                AddExemplar(sample, point.Exemplars);
            }
        }
        return point;
    }

    private void AddExemplar(Sample sample, Google.Protobuf.Collections.RepeatedField<Exemplar> exemplars)
    {
        if (sample.Exemplar is not { } exemplar) return;
        var time = (ulong)(exemplar.UnixSeconds * NanosPerSecond);
        if (time <= lastTime || exemplar.TraceId.Length != 32) return;
        exemplars.Add(new Exemplar
        {
            TimeUnixNano = time,
            AsDouble = exemplar.Value,
            TraceId = ByteString.CopyFrom(Convert.FromHexString(exemplar.TraceId)),
        });
    }

    private static double BoundOf(Sample bucket) => Scrape.Number(bucket.Labels.First(label => label.Name == "le").Value);

    private static IEnumerable<KeyValue> Attributes(Sample sample) => sample.Labels.Where(label => label.Name != "le")
        .Select(label => new KeyValue { Key = label.Name, Value = new AnyValue { StringValue = label.Value } });

    // UCUM, which OTLP's units are written in; Prometheus' names end in the unit.
    private static string UnitOf(string name) =>
        name.EndsWith("_seconds", StringComparison.Ordinal) ? "s"
        : name.EndsWith("_bytes", StringComparison.Ordinal) ? "By"
        : name.EndsWith("_ratio", StringComparison.Ordinal) ? "1"
        : "";
}
