using System.Text;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Tests.Telemetry;

public sealed class InstrumentsTests
{
    [Fact]
    public async Task Label_values_beyond_the_capacity_share_one_series()
    {
        var instruments = new Instruments(labelCapacity: 2);
        var opened = instruments.Counter("baton_test_total", "Test.", "relay", "service");

        foreach (var service in new[] { "a", "b", "c", "d", "a" })
            opened.With("render_job", service).Inc();

        Assert.Equal(
            ["a 2", "b 1", "__other__ 2"],
            (await Export(instruments)).Where(line => line.StartsWith("baton_test_total{", StringComparison.Ordinal))
                .Select(line => line.Replace("baton_test_total{relay=\"render_job\",service=\"", "", StringComparison.Ordinal).Replace("\"}", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Racing_threads_do_not_admit_more_values_than_the_capacity()
    {
        var labels = new LabelValues(100);

        var admitted = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4)
            .SelectMany(thread => Enumerable.Range(0, 1000).Select(i => labels.Admit($"{(i + thread) % 250}")).ToArray())
            .Distinct().ToArray();

        Assert.Contains(LabelValues.Overflow, admitted);
        Assert.InRange(admitted.Length, 2, 101);
    }

    [Fact]
    public void Counting_a_known_series_allocates_nothing()
    {
        var instruments = new Instruments();
        var missed = instruments.Counter("baton_test_total", "Test.", "relay", "service", "error_type", "verdict");
        void Count() => missed.With("render_job", "billing", "schedule_to_start_timeout", "silent_sleep").Inc();

        // The least of several rounds: what the runtime itself may allocate once, while it compiles, is not counting's.
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
                Count();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public async Task What_is_read_on_scrape_is_current_at_the_scrape()
    {
        var instruments = new Instruments();
        var bytes = instruments.Gauge("baton_test_bytes", "Test.");
        var now = 0;
        instruments.OnScrape(() => bytes.With().Set(now));

        now = 7;

        Assert.Contains("baton_test_bytes 7", await Export(instruments));
    }

    internal static async Task<string[]> Export(Instruments instruments)
    {
        using var stream = new MemoryStream();
        await instruments.Registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
    }
}
