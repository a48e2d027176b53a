using Baton.Continuity.Judge;

namespace Baton.Continuity.Tests.Judge;

/// <summary>What presses on a destination is summed over its channels, and its workers' busy ratios are averaged.</summary>
public class DestinationPressureTests
{
    private static readonly BacklogGauge[] Channels = [new("queue", "", "orders", "a", 5, -2, 1), new("queue", "", "orders", "b", 3, 1, 1)];
    private static readonly WorkerGauge[] Workers = [new("w", "1", "orders", 0.2, false), new("w", "2", "orders", 0.6, true)];

    [Fact]
    public void Channels_are_summed_and_busy_ratios_averaged()
    {
        var pressure = new DestinationPressure("orders", Channels, Workers, 0);
        Assert.Equal((8, -1, true), (pressure.Backlog, pressure.Growth, pressure.Thrashing));
        Assert.Equal(0.4, pressure.BusyRatio!.Value, 9);
    }

    [Fact]
    public void Without_workers_nobody_is_known_to_be_busy()
    {
        var pressure = new DestinationPressure("orders", Channels, [], 0);
        Assert.Equal((null, false), (pressure.BusyRatio, pressure.Thrashing));
    }
}
