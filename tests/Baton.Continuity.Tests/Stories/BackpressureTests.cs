using Baton.Continuity.Judge;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>The third failure: workers that do nothing but work, and a queue that grows all the same.</summary>
public class BackpressureTests
{
    private static SpanSpec Publish(int i, double at) => Producer("send", at, at).As($"p{i}").In($"t{i}").With("messaging.destination.name", "orders");

    // The worker's library names the queue, the producer's the exchange.
    private static SpanSpec Work(int i, double start, double end) =>
        Consumer("process", start, end).As($"c{i}").In($"t{i}").Under($"p{i}").With("messaging.destination.name", "orders.q") with { Instance = "w-1" };

    /// <summary>Every second so many jobs are published; one worker does one after another, each for so long.</summary>
    private static Story Play(int perSecond, double jobSeconds, double pauseSeconds = 0, double until = 120, int shards = 1, double checkpointAt = -1)
    {
        var story = new Story(Relays.Of(Relays.Queue with { Deadlines = new() { ScheduleToCloseNanos = 3600 * Relays.Second } }), shards);
        var (published, done, free) = (0, 0, 0.0);
        for (var second = 1; second <= until; second++)
        {
            var spans = new List<SpanSpec>();
            for (var i = 0; i < perSecond; i++)
            {
                spans.Add(Publish(published++, second - 1));
            }
            while (done < published && free + jobSeconds <= second)
            {
                free = Math.Max(free, (done / perSecond) + 0.001);
                if (free + jobSeconds > second)
                {
                    break;
                }
                spans.Add(Work(done++, free, free + jobSeconds));
                free += jobSeconds + pauseSeconds;
            }
            story.Arrive(second, [.. spans]);
            if (second == checkpointAt)
            {
                story.Checkpoint();
            }
        }
        return story;
    }

    private static DestinationPressure Pressure(Story story, string name = "orders") => story.Engine.Pressure().Single(one => one.Destination == name);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_worker_that_is_always_busy_while_its_backlog_grows_is_thrashing(int shards)
    {
        var pressure = Pressure(Play(perSecond: 2, jobSeconds: 1, shards: shards));

        var worker = Assert.Single(pressure.Workers);
        Assert.Equal(("worker", "w-1", "orders.q", true), (worker.Service, worker.Instance, worker.Destination, worker.Thrashing));
        Assert.Equal(1, worker.BusyRatio, 2);
        Assert.InRange(pressure.Backlog, 119, 122);
        Assert.InRange(pressure.Growth, 55, 70);
        Assert.True(pressure.Thrashing);
        Assert.Equal(60, pressure.SuggestedDelaySeconds);
    }

    [Fact]
    public void A_worker_that_is_always_busy_and_keeps_up_is_not()
    {
        var pressure = Pressure(Play(perSecond: 1, jobSeconds: 0.999));

        Assert.True(pressure.BusyRatio > 0.95);
        Assert.False(pressure.Thrashing);
        Assert.Equal(0, pressure.SuggestedDelaySeconds);
    }

    [Fact]
    public void A_queue_that_grows_before_a_worker_with_pauses_is_not_thrashing_but_presses()
    {
        var pressure = Pressure(Play(perSecond: 2, jobSeconds: 0.5, pauseSeconds: 0.5));

        Assert.InRange(pressure.BusyRatio!.Value, 0.45, 0.55);
        Assert.False(pressure.Thrashing);
        Assert.True(pressure.SuggestedDelaySeconds > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void What_was_measured_is_known_after_a_restart(int checkpointAt)
    {
        var story = Play(perSecond: 2, jobSeconds: 1, checkpointAt: checkpointAt);
        var before = Pressure(story);
        story.Crash(restartAt: 120);

        var after = Pressure(story);
        Assert.Equal((before.Backlog, before.Growth, before.BusyRatio, before.Thrashing), (after.Backlog, after.Growth, after.BusyRatio, after.Thrashing));
    }

    [Fact]
    public void Idle_gaps_are_told_by_service_and_destination_and_not_again_after_a_restart()
    {
        var story = Play(perSecond: 2, jobSeconds: 0.5, pauseSeconds: 0.5);
        var told = story.Observer.Idle.Count;
        Assert.InRange(told, 100, 115);
        Assert.All(story.Observer.Idle, gap => Assert.Equal(("worker", "orders.q", 0.5), (gap.Service, gap.Destination, Math.Round(gap.Seconds, 3))));

        story.Crash(restartAt: 120);
        Assert.Equal(told, story.Observer.Idle.Count);
    }

    [Fact]
    public void Spans_that_only_fetched_are_no_work()
    {
        var story = new Story(Relays.Of(Relays.Queue))
            .Arrive(60, Consumer("poll", 0, 60).As("r").With("messaging.operation.type", "receive").With("messaging.destination.name", "orders"));

        Assert.Empty(story.Engine.Workers());
    }

    [Fact]
    public void Workers_and_channels_that_are_heard_of_no_more_are_forgotten()
    {
        var story = Play(perSecond: 1, jobSeconds: 0.5, until: 5);
        Assert.Single(story.Engine.Workers());

        for (var hour = 1; hour < 30; hour++)
        {
            story.Run(hour * 3600, 600).Arrive(hour * 3600 + 100);
        }
        Assert.Empty(story.Engine.Pressure());
    }

    [Fact]
    public void Destinations_and_their_workers_stand_in_the_order_of_their_names()
    {
        static SpanSpec On(string destination, SpanSpec span) => span.With("messaging.destination.name", destination);
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(
            2,
            On("b", Producer("send", 0, 0.1).As("b")), On("a", Producer("send", 0, 0.1).As("a")), Producer("send", 0, 0.1).As("none"),
            On("a", Consumer("process", 1, 2).As("c2").Under("a").From("y")), On("a", Consumer("process", 1, 2).As("c1").Under("a").From("x")),
            Consumer("process", 1, 2).As("c").Under("unseen"));

        var pressure = story.Engine.Pressure();
        Assert.Equal(["", "a", "b"], pressure.Select(one => one.Destination));
        // Who names no destination works on any: nobody knows that it is this one.
        Assert.Equal([[], ["x", "y"], []], pressure.Select(one => one.Workers.Select(worker => worker.Service)));
        Assert.Equal([1, 0, 1], pressure.Select(one => one.Backlog));
    }

    [Fact]
    public void The_channels_of_one_destination_press_together()
    {
        var story = new Story(Relays.Of(Relays.Queue with { Deadlines = new() { ScheduleToCloseNanos = 3600 * Relays.Second } }));
        for (var i = 0; i < 20; i++)
        {
            story.Arrive(1 + i, Publish(i, i), Publish(100 + i, i).With("messaging.rabbitmq.destination.routing_key", "eu"));
        }
        story.Run(120, 1);
        var pressure = Pressure(story);
        Assert.Equal((2, 40, 0), (pressure.Channels.Count, pressure.Backlog, pressure.Growth));
        Assert.Equal(60, pressure.SuggestedDelaySeconds);
        Assert.False(pressure.Thrashing);
    }

    [Fact]
    public void A_relay_that_is_armed_by_its_first_completion_has_no_backlog_before()
    {
        var story = new Story(Relays.Of()).Arrive(1, Producer("produce.x", 0, 0.1).As("p"), Producer("produce.x", 0, 0.1).As("q").In("t2"));
        Assert.Equal((0, 0), Of(story));
        story.Arrive(3, Internal("worker.complete", 2, 2).As("c").Under("p"));
        Assert.Equal((1, 1), Of(story));

        static (int, int) Of(Story story) =>
            story.Engine.Backlogs().Where(gauge => gauge.Relay == "callback").Select(gauge => ((int)gauge.Backlog, (int)gauge.Growth)).Single();
    }
}
