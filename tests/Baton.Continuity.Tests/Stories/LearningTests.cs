using Baton.Continuity.Join;
using Baton.Continuity.Learn;
using Baton.Testing.Engine;
using OpenTelemetry.Proto.Trace.V1;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Most people do not know their longest job time: a relay can learn it, per channel.</summary>
public class LearningTests
{
    private const long Second = Relays.Second;

    private static readonly RelayDefinition Learner = Relays.Queue with
    {
        Deadlines = new RelayDeadlines
        {
            ScheduleToCloseNanos = 0,
            Learning = new DeadlineLearning { MinNanos = Second, MaxNanos = 600 * Second, WarmUp = 20 },
        },
    };

    private static readonly RelayDefinition WithFallback = Learner with { Deadlines = Learner.Deadlines with { ScheduleToCloseNanos = 60 * Second } };

    [Fact]
    public void Before_its_channel_has_learned_nothing_is_told_and_the_job_is_forgotten_after_the_longest_deadline()
    {
        var story = Begin(Learner, jobs: 19);

        story.Arrive(3_000, Job("lost", 3_000)).Run(5_000, 10);

        Assert.Empty(story.Synthesized);
        Assert.Empty(story.Engine.LearnedDeadlines());
        Assert.Equal(0, story.Traces);
        Assert.All(story.Engine.Relays(), relay => Assert.Equal(0, relay.Waiting));
    }

    [Fact]
    public void A_deadline_that_is_given_too_stands_until_the_channel_has_learned()
    {
        var story = Begin(WithFallback, jobs: 19);

        story.Arrive(3_000, Job("lost", 3_000)).Run(3_100, 1);

        Assert.Equal(60, Seconds(Assert.Single(story.SpansNamed("worker.deadline"))));
    }

    [Fact]
    public void After_the_warm_up_a_job_has_the_quantile_times_the_factor()
    {
        var story = Begin(WithFallback, jobs: 20);

        story.Arrive(3_000, Job("lost", 3_000)).Run(3_100, 1);

        Assert.InRange(Seconds(Assert.Single(story.SpansNamed("worker.deadline"))), 14.8, 15.2);
        var learned = Assert.Single(story.Engine.LearnedDeadlines());
        Assert.Equal(("queue", "mail"), (learned.Relay, learned.Destination));
        Assert.InRange(learned.Seconds, 14.8, 15.2);
    }

    [Fact]
    public void A_job_keeps_the_deadline_that_it_was_opened_with()
    {
        var story = Begin(WithFallback, jobs: 19);

        story.Arrive(2_000, Job("slow", 2_000));
        Complete(story, 19, 2_001);
        story.Run(2_100, 1);

        Assert.Single(story.Engine.LearnedDeadlines());
        Assert.Equal(60, Seconds(Assert.Single(story.SpansNamed("worker.deadline"))));
    }

    [Fact]
    public void Each_channel_learns_for_itself()
    {
        var story = Begin(Learner, jobs: 20);

        story.Arrive(3_000, Job("elsewhere", 3_000).With("messaging.destination.name", "video")).Run(3_200, 1);

        Assert.Empty(story.Synthesized);
        Assert.Equal("mail", Assert.Single(story.Engine.LearnedDeadlines()).Destination);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(500, 600)]
    public void What_is_learned_stays_within_its_bounds(double takes, double deadline)
    {
        var story = Begin(Learner, jobs: 20, takes);

        Assert.Equal(deadline, Assert.Single(story.Engine.LearnedDeadlines()).Seconds);
    }

    [Fact]
    public void Late_completions_teach_too_so_that_a_deadline_grows_with_its_jobs()
    {
        var story = Begin(Learner, jobs: 40);
        for (var i = 40; i < 60; i++)
        {
            Complete(story, i, 3_000 + (i * 50), takes: 30);
        }

        Assert.NotEqual(0, story.Observer.Count("completed queue late"));
        Assert.InRange(Assert.Single(story.Engine.LearnedDeadlines()).Seconds, 44.5, 45.5);
    }

    [Fact]
    public void What_is_delivered_twice_teaches_once()
    {
        var story = new Story(Relays.Of(Learner));
        for (var i = 0; i < 10; i++)
        {
            Complete(story, i, 50 * i);
            Complete(story, i, 50 * i, takes: 11);
        }

        Assert.Equal(10, story.Observer.Count("completed"));
        Assert.Empty(story.Engine.LearnedDeadlines());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(4, true)]
    public void A_crash_forgets_nothing_of_it(int shards, bool checkpoint)
    {
        var story = new Story(Relays.Of(Learner), shards);
        for (var i = 0; i < 12; i++)
        {
            Complete(story, i, 20 * i);
        }
        story = checkpoint ? story.Checkpoint() : story;
        for (var i = 12; i < 20; i++)
        {
            Complete(story, i, 20 * i);
        }
        var before = story.Engine.LearnedDeadlines().ToList();

        story.Crash(500);

        Assert.Single(before);
        Assert.Equal(before, story.Engine.LearnedDeadlines());
        Assert.Equal(Begin(Learner, 20).Engine.LearnedDeadlines(), before);
    }

    [Fact]
    public void The_default_relay_can_learn_as_well()
    {
        var story = new Story(Relays.Of() with { Relays = [Relays.Callback, Relays.Default with { Deadlines = Learner.Deadlines }] });
        for (var i = 0; i < 25; i++)
        {
            Complete(story, i, 20 * i);
        }

        story.Arrive(1_000, Job("lost", 1_000)).Run(1_100, 1);

        Assert.InRange(Seconds(Assert.Single(story.SpansNamed("worker.deadline"))), 14.8, 15.2);
    }

    private static Story Begin(RelayDefinition relay, int jobs, double takes = 10)
    {
        var story = new Story(Relays.Of(relay));
        for (var i = 0; i < jobs; i++)
        {
            Complete(story, i, i * 50, takes);
        }
        return story;
    }

    /// <summary>A job is published, and its worker is done after a time.</summary>
    private static void Complete(Story story, int job, double at, double takes = 10)
    {
        var done = Consumer("process", at, at + takes).As($"w{job}").Under($"p{job}").In($"t{job}").With("messaging.destination.name", "mail");
        story.Arrive(at, Job($"{job}", at)).Run(at + takes, Math.Max(takes / 4, 0.1));
        story.Arrive(at + takes, done);
    }

    private static SpanSpec Job(string job, double at) =>
        Producer("send", at, at).As($"p{job}").In($"t{job}").With("messaging.destination.name", "mail");

    private static double Seconds(Span deadline) =>
        deadline.Attributes.Single(attribute => attribute.Key == "baton.deadline.seconds").Value.DoubleValue;
}
