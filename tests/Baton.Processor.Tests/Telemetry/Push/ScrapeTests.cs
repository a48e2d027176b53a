using Baton.Processor.Telemetry;
using Baton.Processor.Telemetry.Push;
using Prometheus;

namespace Baton.Processor.Tests.Telemetry.Push;

public sealed class ScrapeTests
{
    [Fact]
    public async Task What_the_library_writes_is_read_back_as_it_was_counted()
    {
        const string Awkward = "a\\b\"c\nd,e=\"{f}\" # g é";
        var instruments = new Instruments();
        instruments.Counter("baton_things_total", "Things: with a \\ and \"more\".", "what").With(Awkward).Inc(2.5);
        instruments.Gauge("baton_level", "A level.").With().Set(double.NegativeInfinity);
        instruments.Histogram("baton_time_seconds", "A time.", [0.1, 1], "relay").With("r").Observe(0.5, Exemplar.From(Exemplar.Pair("trace_id", new string('a', 32))));

        var metrics = (await Scrape.ReadAsync(instruments.Registry, TestContext.Current.CancellationToken)).Where(metric => metric.Name.StartsWith("baton_", StringComparison.Ordinal)).ToList();

        Assert.Equal([("baton_things", "counter"), ("baton_level", "gauge"), ("baton_time_seconds", "histogram")], metrics.Select(metric => (metric.Name, metric.Type)));
        Assert.Equal("Things: with a \\ and \"more\".", metrics[0].Help);
        var counted = Assert.Single(metrics[0].Samples);
        Assert.Equal(("baton_things_total", 2.5), (counted.Name, counted.Value));
        Assert.Equal([("what", Awkward)], counted.Labels);
        Assert.Equal(double.NegativeInfinity, Assert.Single(metrics[1].Samples).Value);
        var bucket = metrics[2].Samples.Single(sample => sample.Exemplar is not null);
        Assert.Equal(("r", "1.0", 1), (bucket.Labels[0].Value, bucket.Labels[1].Value, bucket.Value));
        Assert.Equal((new string('a', 32), 0.5), (bucket.Exemplar!.TraceId, bucket.Exemplar.Value));
        Assert.True(bucket.Exemplar.UnixSeconds > 1_500_000_000);
    }

    [Theory]
    [InlineData("x{a=\"b\"}5")]
    [InlineData("x 5 % {trace_id=\"a\"} 1 2")]
    [InlineData("x five")]
    public void A_line_that_is_none_is_refused(string line) =>
        Assert.Throws<FormatException>(() => Scrape.Parse($"# TYPE x gauge\n{line}\n# EOF\n"));
}
