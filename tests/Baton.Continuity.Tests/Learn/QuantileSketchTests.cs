using System.Buffers;
using Baton.Continuity.Learn;
using CsCheck;

namespace Baton.Continuity.Tests.Learn;

public class QuantileSketchTests
{
    // Durations as jobs have them, from a millisecond to weeks, evenly on a logarithmic scale; and some of one size, as a queue's often are.
    private static readonly Gen<long> Duration = Gen.Double[Math.Log(QuantileSketch.Shortest), Math.Log(QuantileSketch.Longest - 1)]
        .Select(log => Math.Clamp((long)Math.Exp(log), QuantileSketch.Shortest, QuantileSketch.Longest - 1));

    private static readonly Gen<List<long>> Durations = Gen.OneOf(
        Duration.List[1, 300],
        Gen.Select(Duration, Gen.Long[0, 1_000_000].List[1, 300]).Select((basis, extra) => extra.Select(e => Math.Min(basis + e, QuantileSketch.Longest - 1)).ToList()));

    [Fact]
    public void A_quantile_is_within_the_stated_error_of_the_duration_of_its_rank() =>
        Gen.Select(Durations, Gen.Double[0, 1]).Sample((durations, quantile) =>
        {
            var sorted = durations.Order().ToList();
            var exact = sorted[(int)(quantile * (sorted.Count - 1))];

            var estimate = Of(durations).Quantile(quantile);

            Assert.InRange(estimate, exact * (1 - QuantileSketch.RelativeError), exact * (1 + QuantileSketch.RelativeError));
        });

    [Fact]
    public void The_sum_of_two_sketches_is_the_sketch_of_all_durations_in_whatever_order() =>
        Gen.Select(Durations, Durations).Sample((some, others) =>
        {
            var sum = Of(some);
            sum.Merge(Of(others));
            var sumTheOtherWay = Of(others);
            sumTheOtherWay.Merge(Of(some));

            var all = Of(others.Concat(some).Reverse());

            Assert.Equal(Bytes(all), Bytes(sum));
            Assert.Equal(Bytes(all), Bytes(sumTheOtherWay));
            Assert.Equal(some.Count + others.Count, sum.Count);
        });

    [Fact]
    public void What_is_written_reads_back_and_leaves_the_rest() => Durations.Sample(durations =>
    {
        var sketch = Of(durations);
        ReadOnlySpan<byte> bytes = [.. Bytes(sketch), 1, 2, 3];

        var read = new QuantileSketch();
        read.ReadFrom(ref bytes);

        Assert.Equal(Bytes(sketch), Bytes(read));
        Assert.Equal(sketch.Count, read.Count);
        Assert.Equal([1, 2, 3], bytes.ToArray());
    });

    [Fact]
    public void Its_room_is_bounded_whatever_went_in()
    {
        var sketch = new QuantileSketch();
        for (double nanos = 1; nanos < long.MaxValue / 2; nanos *= 1.001)
        {
            sketch.Add((long)nanos);
        }

        Assert.InRange(Bytes(sketch).Length, 2048 * 6, (2048 * 6) + 4);
    }

    [Theory]
    [InlineData(0, QuantileSketch.Shortest)]
    [InlineData(-5, QuantileSketch.Shortest)]
    [InlineData(long.MaxValue, QuantileSketch.Longest)]
    public void Beyond_its_range_a_duration_counts_as_the_nearest_end(long nanos, long end)
    {
        var sketch = Of([nanos]);

        Assert.InRange(sketch.Quantile(0.5), end * (1 - (2 * QuantileSketch.RelativeError)), end * (1 + QuantileSketch.RelativeError));
    }

    [Fact]
    public void An_empty_sketch_has_no_quantile_and_a_cleared_one_is_empty()
    {
        var sketch = Of([1_000_000_000]);
        sketch.Clear();

        Assert.Equal(0, sketch.Quantile(0.99));
        Assert.Equal(0, sketch.Count);
    }

    private static QuantileSketch Of(IEnumerable<long> durations)
    {
        var sketch = new QuantileSketch();
        foreach (var duration in durations)
        {
            sketch.Add(duration);
        }
        return sketch;
    }

    private static byte[] Bytes(QuantileSketch sketch)
    {
        var output = new ArrayBufferWriter<byte>();
        sketch.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }
}
