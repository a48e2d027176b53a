using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Deadlines and delays that a producing span brings along. It ends at 0.5 s; the relay's own deadline is 60 s, its longest 600 s.</summary>
public class StatedTermsTests
{
    private static readonly RelayDefinition Relay = Relays.Queue with
    {
        Acknowledge = Relays.Parse("span.name == \"ack\""),
        Deadlines = new()
        {
            ScheduleToCloseNanos = 60 * Relays.Second,
            ScheduleToStartNanos = 20 * Relays.Second,
            DeadlineAttribute = "job.deadline",
            NotBeforeAttribute = "job.not_before",
            MaxDeadlineNanos = 600 * Relays.Second,
        },
    };

    private static readonly SpanSpec Publish = Producer("publish", 0, 0.5).As("p");
    private static readonly SpanSpec Ack = Internal("ack", 1, 1).As("a").Under("p");

    [Theory]
    [InlineData(90)]
    [InlineData(90.0)]
    [InlineData("90")]
    [InlineData("9e1")]
    [InlineData("2026-03-01T03:06:30.5Z")]
    [InlineData("2026-03-01t03:06:30.500000000z")]
    [InlineData("2026-03-01 04:06:30.5+01:00")]
    [InlineData("2026-02-28T22:36:30.5-04:30")]
    public void A_job_s_own_deadline_takes_the_relay_s_place(object deadline)
    {
        var story = Tell(Publish.With("job.deadline", deadline));

        Assert.Equal((90.5, 90), DeadlineOf(story));
        Assert.Equal(0, story.Observer.Count("ignored"));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(601)]
    [InlineData(long.MaxValue)]
    [InlineData("2026-03-01T23:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void A_longer_one_is_bounded(object deadline) => Assert.Equal((600.5, 600), DeadlineOf(Tell(Publish.With("job.deadline", deadline))));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(long.MinValue)]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("90 s")]
    [InlineData(true)]
    [InlineData("2026-03-01T03:05:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("2026-02-30T03:06:30Z")]
    [InlineData("2026-03-01T03:06:30")]
    [InlineData("2026-03-01T03:06:30.Z")]
    [InlineData("2026-03-01T25:06:30Z")]
    [InlineData("2026-03-01T03:06:30+1:00")]
    public void One_that_makes_no_sense_is_ignored_and_counted(object deadline)
    {
        var story = Tell(Publish.With("job.deadline", deadline));

        Assert.Equal((60.5, 60), DeadlineOf(story));
        Assert.Equal(1, story.Observer.Count("ignored queue deadline"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData("2026-03-01T03:06:40.5Z")]
    public void The_deadlines_of_a_delayed_job_count_from_when_it_is_due(object notBefore)
    {
        Assert.Equal((160.5, 60), DeadlineOf(Tell(Publish.With("job.not_before", notBefore))));
        Assert.Equal((120.5, 20), DeadlineOf(Tell(Publish.With("job.not_before", notBefore), pickedUp: false)));
        Assert.Equal((190.5, 90), DeadlineOf(Tell(Publish.With("job.not_before", notBefore).With("job.deadline", 90))));
        Assert.Equal((150, 49.5), DeadlineOf(Tell(Publish.With("job.not_before", notBefore).With("job.deadline", "2026-03-01T03:07:30Z"))));
    }

    [Theory]
    [InlineData("2026-03-01T01:00:00Z", 0)]
    [InlineData(0, 0)]
    [InlineData(-5, 1)]
    [InlineData(1e12, 1)]
    [InlineData(1772334300, 1)]
    [InlineData("tomorrow", 1)]
    public void A_delay_that_is_over_or_makes_no_sense_changes_nothing(object notBefore, int ignored)
    {
        var story = Tell(Publish.With("job.not_before", notBefore));

        Assert.Equal((60.5, 60), DeadlineOf(story));
        Assert.Equal(ignored, story.Observer.Count("ignored queue not_before"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_outer_span_of_a_publication_states_counts_in_either_order(bool outerFirst)
    {
        var relay = Relay with { Produce = Relays.Parse("span.name == \"job\"") };
        SpanSpec outer = Producer("job", 0, 0.5).As("o").With("job.deadline", 90), inner = Producer("send", 0.1, 0.5).As("p").Under("o").With("job.deadline", 30);
        var story = new Story(Relays.Of(relay)).Arrive(1, outerFirst ? outer : inner).Arrive(2, outerFirst ? inner : outer).Arrive(3, Ack).Run(2000, 5);

        Assert.Equal((90.5, 90), DeadlineOf(story));
    }

    [Fact]
    public void A_job_s_own_deadline_survives_a_restart() => Assert.Equal(
        (90.5, 90),
        DeadlineOf(new Story(Relays.Of(Relay)).Arrive(1, Publish.With("job.deadline", 90), Ack).Run(5).Checkpoint().Crash(6).Run(200, 1)));

    private static Story Tell(SpanSpec publish, bool pickedUp = true)
    {
        var story = new Story(Relays.Of(Relay)).Arrive(1, publish);
        return (pickedUp ? story.Arrive(2, Ack, Ack with { }) : story).Run(2000, 5);
    }

    /// <summary>deadline_at in seconds after the story's beginning, and what the span says was promised.</summary>
    private static (double At, double Seconds) DeadlineOf(Story story)
    {
        var span = Assert.Single(story.SpansNamed("worker.deadline"));
        return ((span.EndTimeUnixNano - (ulong)Story.Epoch) / 1e9, span.Attributes.Single(a => a.Key == "baton.deadline.seconds").Value.DoubleValue);
    }
}
