using Baton.Processor.WebConsole;

namespace Baton.Processor.Tests.WebConsole;

public sealed class LatencyBinsTests
{
    [Fact]
    public void Nothing_counted_has_no_quantile()
    {
        Assert.Null(LatencyBins.Quantile(null, 0.5));
        Assert.Null(LatencyBins.Quantile(new int[LatencyBins.Count], 0.99));
    }

    [Theory]
    [InlineData(0.0015)]
    [InlineData(0.13)]
    [InlineData(1)]
    [InlineData(521.82)]
    [InlineData(86_400)]
    public void A_single_latency_is_told_within_12_percent(double seconds)
    {
        int[]? bins = null;
        LatencyBins.Add(ref bins, seconds);

        Assert.InRange(LatencyBins.Quantile(bins, 0.5)!.Value, seconds / 1.13, seconds * 1.13);
        Assert.Equal(LatencyBins.Quantile(bins, 0.5), LatencyBins.Quantile(bins, 0.99));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(1e12)]
    public void What_lies_beyond_the_bins_counts_in_the_nearest(double seconds)
    {
        int[]? bins = null;
        LatencyBins.Add(ref bins, seconds);

        Assert.Equal(1, bins!.Sum());
        Assert.InRange(LatencyBins.Quantile(bins, 0.5)!.Value, 0.001, 200_000);
    }

    [Fact]
    public void Quantiles_are_those_of_all_that_was_counted()
    {
        int[]? bins = null;
        for (var i = 1; i <= 1000; i++)
            LatencyBins.Add(ref bins, i / 100.0);

        Assert.InRange(LatencyBins.Quantile(bins, 0.5)!.Value, 5 / 1.2, 5 * 1.2);
        Assert.InRange(LatencyBins.Quantile(bins, 0.99)!.Value, 9.9 / 1.2, 9.9 * 1.2);
    }
}
