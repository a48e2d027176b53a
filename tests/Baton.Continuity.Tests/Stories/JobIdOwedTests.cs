using Baton.Continuity.Join;
using Baton.Continuity.Synthesize;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Spans that tell of jobs without their context are owed until they are read back: each goes out, and a crash repeats no other.</summary>
public class JobIdOwedTests
{
    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of("job")] };

    [Fact]
    public void Stitches_of_two_jobs_of_one_trace_are_each_confirmed()
    {
        var story = new Story(Relays.Of(Queue)).Arrive(1, Publish("p7", "7"), Publish("p8", "8"))
            .Arrive(3, Worker("w7", "7", 2), Worker("w8", "8", 2)).Run(30, 1);
        Assert.Equal(2, story.SpansNamed("worker.stitch").Count());
        Assert.Equal(0, story.Run(5000, 5).Traces);
    }

    [Fact]
    public void Several_stitches_of_one_trace_are_confirmed_in_whatever_order()
    {
        string[] workers = ["w1", "w2", "w3", "w4"];
        foreach (var order in (IEnumerable<string>[])[workers, workers.Reverse()])
        {
            var story = new Story(Relays.Of(Queue)).Arrive(1, Publish("p", "7")).Arrive(3, [.. order.Select(worker => Worker(worker, "7", 2))]).Run(30, 1);
            story.Checkpoint().Crash(31).Run(60, 1);
            Assert.Equal(4, story.SpansNamed("worker.stitch").Count());
            Assert.Equal(0, story.Run(5000, 5).Traces);
        }
    }

    [Fact]
    public void A_job_is_kept_until_the_last_of_its_stitches_is_read_back()
    {
        var story = new Story(Relays.Of(Queue)).Arrive(1, Publish("p", "7"));
        story.JournalOwn = false;
        var first = Take(story.Arrive(3, Worker("w1", "7", 2)).Run(13.5));
        Take(story.Arrive(14, Worker("w2", "7", 13)).Run(25)); // never written
        story.Journal(first).Run(1000, 1).Checkpoint().Crash(1001).Run(1010, 1);

        Assert.Equal(2, story.SpansNamed("worker.stitch").Select(span => span.Links[0].TraceId).Distinct().Count());
        Assert.Equal(4, story.Synthesized.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_stands_in_the_journal_twice_is_not_told_a_third_time(bool checkpoint)
    {
        var story = new Story(Relays.Of(Queue)).Arrive(1, Publish("p", "7"));
        story.JournalOwn = false;
        var told = Take(story.Arrive(3, Worker("w", "7", 2)).Run(14));
        story.Journal(told).Journal(told);
        (checkpoint ? story.Checkpoint() : story).Crash(20).Run(30, 1);
        Assert.Equal(["worker.orphan", "worker.orphan", "worker.stitch", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());
        Assert.Equal(0, story.Run(5000, 5).Traces);
    }

    [Fact]
    public void Of_a_trace_only_the_orphan_is_told_again_that_is_owed()
    {
        // A relay of the user's own, so that an orphan of it is told.
        var options = Relays.Of(Queue with { Acknowledge = Relays.Parse("span.name == \"process\"") });
        var story = new Story(options).Arrive(3, Worker("w1", "1", 2).In("w"), Worker("other", "2", 2).In("w").Under("unseen")).Run(14);
        Assert.Single(story.Synthesized);
        story.JournalOwn = false;
        story.Arrive(15, Worker("w2", "3", 14).In("w")).Run(26);
        story.Checkpoint().Crash(27).Run(60, 1);
        Assert.Equal([Ids.Span("w1"), Ids.Span("w2")], story.Synthesized.Select(s => s.Span.ParentSpanId));
    }

    private static OwnEntry Take(Story story)
    {
        Assert.True(story.Engine.TryTakeOwn(out var own));
        return own;
    }

    private static SpanSpec Publish(string id, string job) => Producer("publish", 0, 0.1).As(id).With("job", job);

    private static SpanSpec Worker(string trace, string job, double end) => Consumer("process", end - 1, end).As(trace).In(trace).With("job", job);
}
