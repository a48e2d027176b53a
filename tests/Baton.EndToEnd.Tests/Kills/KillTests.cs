using Baton.Simulation.Kills;

namespace Baton.EndToEnd.Tests.Kills;

/// <summary>The short form of <c>dotnet run -c Release --project tests/Baton.Simulation -- kills --rounds 50</c>.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData("os")]
    [InlineData("disk")]
    public async Task A_process_that_is_killed_under_load_loses_no_acknowledged_span_and_tells_each_lost_job_once(string durability)
    {
        var report = await new KillCampaign(durability, seed: 1).RunAsync(rounds: 3, senders: 4);

        Assert.True(report.IsComplete, $"{report}");
        Assert.Equal((0, 0), (report.Repeated, report.Invented));
        Assert.True(report.LostJobs > 10 && report.CompletedJobs > 10, $"{report}");
    }

    [Fact]
    public async Task A_graceful_stop_under_load_ends_with_0_and_the_next_start_replays_nothing()
    {
        var report = await new KillCampaign("os", seed: 2) { Gracefully = true }.RunAsync(rounds: 2, senders: 4);

        Assert.True(report.IsComplete, $"{report}");
    }
}
