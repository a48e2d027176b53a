using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Several jobs, or several workers, have the same job id.</summary>
public class JobIdChoiceTests
{
    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of("job")] };

    [Theory]
    [InlineData("t1", "t2")]
    [InlineData("t1", "t1")]
    public void Of_two_that_were_published_at_once_it_is_the_same_in_whatever_order_they_arrive(string one, string other)
    {
        SpanSpec a = Publish("a", 0).In(one), b = Publish("b", 0).In(other);
        var (first, second) = (Tied(New().Arrive(1, a).Arrive(2, b)), Tied(New().Arrive(1, b).Arrive(2, a)));
        Assert.Equal(first, second);
        Assert.Equal(first, Tied(New(3).Arrive(2, a, b)));

        static (Google.Protobuf.ByteString, Google.Protobuf.ByteString) Tied(Story story)
        {
            var stitch = Assert.Single(story.Arrive(4, Worker("w", 2, 3)).Run(40, 1).SpansNamed("worker.stitch"));
            return (stitch.TraceId, stitch.ParentSpanId);
        }
    }

    [Fact]
    public void Everybody_who_waits_for_a_job_that_comes_late_is_told()
    {
        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 2, 0]])
        {
            SpanSpec[] workers = [Worker("w0", 1, 2).Failed(), Worker("w1", 3, 4).Failed(), Worker("w2", 5, 6)];
            var story = New();
            foreach (var worker in order)
            {
                story.Arrive(10 + worker, workers[worker]);
            }
            story.Run(30, 1).Arrive(31, Publish("p", 0)).Run(100, 1);
            Assert.Equal(3, story.SpansNamed("worker.stitch").Count());
            Assert.Equal((2, 1), (story.Observer.Count("redelivered queue"), story.Observer.Count("completed queue in_time 5.900")));
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(9, 0)]
    public void Of_nine_jobs_with_one_id_the_oldest_is_forgotten(int jobs, int tied)
    {
        var starts = Enumerable.Range(0, jobs).ToList();
        foreach (var order in (IEnumerable<int>[])[starts, starts.AsEnumerable().Reverse(), starts.OrderBy(i => i * 7 % jobs)])
        {
            var story = New();
            foreach (var i in order)
            {
                story.Arrive(10, Publish($"p{i}", i).In($"t{i}"));
            }
            // It ended before the second one was published.
            story.Arrive(11, Worker("w", 0.5, 0.9)).Run(40, 1);
            Assert.Equal((tied, 1 - tied), (story.SpansNamed("worker.stitch").Count(), story.Observer.Count("candidate_dropped queue")));
        }
    }

    [Fact]
    public void A_stitch_that_a_crash_kept_from_the_journal_is_told_again_and_once()
    {
        foreach (var checkpoint in (bool[])[true, false])
        {
            var story = New(2).Arrive(1, Publish("p", 0)).Arrive(2, Worker("w", 0.5, 1)).Run(11.5);
            story.JournalOwn = false;
            story.Run(13);
            Assert.Empty(story.Synthesized);
            if (checkpoint)
            {
                story.Checkpoint();
            }
            story.Crash(14).Run(60, 1);
            Assert.Equal(["worker.orphan", "worker.stitch"], story.Synthesized.Select(s => s.Span.Name).Order());

            story.Checkpoint().Crash(61).Run(70, 1).Forget().Crash(71).Run(6000, 1);
            Assert.Equal(2, story.Synthesized.Count);
            Assert.Equal(0, story.Traces);
        }
    }

    private static Story New(int shards = 1) => new(Relays.Of(Queue), shards);

    private static SpanSpec Publish(string id, double start) => Producer("publish", start, start + 0.1).As(id).With("job", "7");

    private static SpanSpec Worker(string trace, double start, double end) => Consumer("process", start, end).As($"c-{trace}").In(trace).With("job", "7");
}
