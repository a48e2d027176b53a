using Baton.Load.Generate;

namespace Baton.EndToEnd.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void QuantilesAreWithinABucketOfTheExactOnes()
    {
        var random = new Random(5);
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];
        var (one, other) = (new LatencyHistogram(), new LatencyHistogram());
        foreach (var (index, value) in values.Index()) (index % 2 == 0 ? one : other).Record(value);
        one.Merge(other);
        Array.Sort(values);

        foreach (double share in new[] { 0.001, 0.5, 0.9, 0.99, 1 })
        {
            long exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(one.Quantile(share), exact, exact + exact / 64);
        }

        Assert.Equal(values[^1], one.Max);
    }

    [Fact]
    public void NothingRecordedIsZero() => Assert.Equal(0, new LatencyHistogram().Quantile(0.99));
}
