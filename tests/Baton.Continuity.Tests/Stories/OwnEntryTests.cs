using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>
/// Between the decision to tell a deadline and the moment in which its journal entry is read back, something may arrive that did not know of it.
/// </summary>
public class OwnEntryTests
{
    private static readonly RelayDefinition Relay = Relays.RenderJob with
    {
        Deadlines = Relays.RenderJob.Deadlines with { HeartbeatNanos = 60 * Relays.Second },
    };

    private static readonly SpanSpec Publish = Producer("produce.render_job", 0, 0.1).As("p");

    /// <summary>schedule_to_start passes at 30.1, and that is decided at 40.1.</summary>
    private static readonly Dictionary<string, (SpanSpec[] Spans, string Told, int Retracted)> Meanwhile = new()
    {
        ["nothing"] = ([], "", 0),
        ["picked up in time"] = ([Ack(30.1)], "worker.recovered", 1),
        ["picked up late"] = ([Ack(30.2)], "", 0),
        ["completed in time"] = ([Done(30.1)], "worker.recovered", 1),
        ["completed late"] = ([Done(30.2)], "worker.recovered", 0),
    };

    public static TheoryData<string> Events => [.. Meanwhile.Keys];

    [Theory]
    [MemberData(nameof(Events))]
    public void It_takes_the_deadline_span_back_if_it_was_in_time(string what)
    {
        var (spans, told, retracted) = Meanwhile[what];
        foreach (var shards in (int[])[1, 3])
        {
            var story = Undecided(new Story(Relays.Of(Relay), shards).Arrive(1, Publish), 45, 46, spans).Run(60);
            Assert.Equal($"worker.deadline {told}".TrimEnd(), string.Join(' ', story.Synthesized.Select(s => s.Span.Name)));
            Assert.Equal(retracted, story.Observer.Count("retracted render_job"));
        }
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(63, 0)]
    public void So_does_a_sign_of_life_that_ended_the_silence_in_time(double end, int retracted)
    {
        var step = Internal("step", 45, end).As("s").Under("a");
        var story = Undecided(new Story(Relays.Of(Relay)).Arrive(3, Publish, Ack(2)), 75, 76, step).Run(80);
        Assert.Equal(retracted, story.Observer.Count("retracted render_job"));
        Assert.Equal(1 + retracted, story.Synthesized.Count);
    }

    [Fact]
    public void So_do_signs_of_life_around_its_end_though_the_worker_picked_the_job_up_again()
    {
        SpanSpec first = Internal("step", 61, 61.8).As("s1").Under("a"), last = Internal("step", 62, 62.4).As("s2").Under("a");
        var story = new Story(Relays.Of(Relay)).Arrive(3, Publish, Ack(2));
        story.JournalOwn = false;
        story.Run(75).Arrive(76, first, last).Arrive(77, Consumer("worker.ack_wake", 61.9, 62).As("a2").Under("p"));
        story.JournalOwn = true;
        Assert.Equal(1, story.Run(80).Observer.Count("retracted render_job"));
    }

    [Fact]
    public void It_counts_as_missed_from_then_on()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(1, Publish);
        story.JournalOwn = false;
        Assert.Equal((1, 0), Open(story.Run(45)));
        story.JournalOwn = true;
        Assert.Equal((0, 1), Open(story.Run(46)));

        static (long, long) Open(Story story) => story.Engine.Relays().Select(relay => (relay.Waiting, relay.Missed)).First();
    }

    [Fact]
    public void A_deadline_span_that_stands_in_the_journal_twice_counts_once()
    {
        var story = new Story(Relays.Of(Relay)).Arrive(1, Publish);
        story.JournalOwn = false;
        story.Run(45);
        Assert.True(story.Engine.TryTakeOwn(out var told));
        story.JournalOwn = true;
        story.Journal(told).Arrive(46, Ack(20)).Run(50);
        Assert.Equal(["worker.deadline", "worker.recovered"], story.Synthesized.Select(s => s.Span.Name));

        story.Journal(told).Run(60);
        Assert.Equal(["worker.deadline", "worker.recovered", "worker.deadline"], story.Synthesized.Select(s => s.Span.Name));
        Assert.Equal((1, 0), story.Engine.Relays().Select(relay => (relay.Running, relay.Missed)).First());
        Assert.Equal(1, story.Observer.Count("retracted render_job"));
    }

    private static Story Undecided(Story story, double until, double at, params SpanSpec[] spans)
    {
        story.JournalOwn = false;
        story.Run(until).Arrive(at, spans);
        story.JournalOwn = true;
        return story;
    }

    private static SpanSpec Ack(double at) => Consumer("worker.ack_wake", at, at).As("a").Under("p");

    private static SpanSpec Done(double at) => Internal("worker.complete", at, at).As("c").Under("p");
}
