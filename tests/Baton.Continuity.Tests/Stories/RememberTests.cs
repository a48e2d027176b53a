using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>For how long a job is known of which nothing was told: until its last deadline has passed, export_lag (10 s), and remember (300 s).</summary>
public class RememberTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p");

    [Theory]
    [InlineData(0, 1209, 1)]
    [InlineData(30, 1209, 1)]
    [InlineData(0, 1211, 0)]
    [InlineData(30, 1211, 0)]
    public void A_job_of_a_channel_that_has_learned_nothing(double scheduleToStart, double at, int joined)
    {
        var relay = Relays.Default with
        {
            Deadlines = new() { ScheduleToCloseNanos = 900 * Relays.Second, ScheduleToStartNanos = (long)scheduleToStart * Relays.Second },
        };
        var story = new Story(new ContinuityOptions { Relays = [relay] }, 3).Arrive(1, Publish).Arrive(at, Consumer("process", at - 2, at - 1).As("c").Under("p")).Run(at + 1);
        Assert.Equal(joined, story.Observer.Count("joined default parent"));
        Assert.Empty(story.Synthesized);
    }

    [Theory]
    [InlineData(3660, 1)]
    [InlineData(3680, 0)]
    public void A_job_that_was_told_missing_is_remembered_for_an_hour(double at, int late)
    {
        // Told at 70.1.
        var story = new Story(Relays.Of(Relays.Queue), 3).Arrive(1, Publish).Arrive(at, Consumer("process", at - 2, at - 1).As("c").Under("p"));
        Assert.Equal(late, story.Observer.Count("completed queue late"));
    }

    [Fact]
    public void Where_a_job_was_told_missing_the_channel_is_known()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(1, Publish.With("messaging.destination.name", "orders")).Run(100, 1);
        var channel = Assert.Single(story.Engine.Channels());
        Assert.Equal(("queue", "orders", true), (channel.Relay, channel.Destination, channel.Armed));
    }
}
