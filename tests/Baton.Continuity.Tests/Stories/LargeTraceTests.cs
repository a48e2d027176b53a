using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What is found by an index where much of it is kept, and what is bounded where there is none.</summary>
public class LargeTraceTests
{
    private const string MessageId = "messaging.message.id";

    private static readonly RelayDefinition Queue = Relays.Queue with { JobIds = [JobIdKey.Of(MessageId)] };

    [Fact]
    public void Each_of_hundreds_of_jobs_of_one_publication_counts_once_however_often_it_runs()
    {
        var story = new Story(Relays.Of(Queue));
        story.Arrive(1, Producer("order", 0, 0.1).As("p").With("messaging.batch.message_count", 300));
        for (var run = 0; run < 3; run++)
        {
            story.Arrive(2 + run, [.. Enumerable.Range(0, 299).Select(i => Consumer("process", 0.2, 0.3).As($"c{run}.{i}").Under("p").With(MessageId, $"job-{i}"))]);
        }
        Assert.Equal(0, story.Observer.Count("completed"));

        story.Arrive(6, Consumer("process", 0.2, 0.3).As("last").Under("p").With(MessageId, "job-299"));
        Assert.Equal(1, story.Observer.Count("completed queue in_time"));
    }

    [Fact]
    public void Hundreds_of_workers_that_wait_for_one_job_id_are_answered_once_each_in_the_order_of_their_starts()
    {
        var story = new Story(Relays.Of(Queue), shards: 2);
        for (var again = 0; again < 2; again++)
        {
            story.Arrive(1 + again, [.. Enumerable.Range(0, 500).Select(i => Consumer("process", 0.9 - i / 1000.0, 0.95).As($"c{i}").In($"w{i % 250}").With(MessageId, "job"))]);
        }
        story.Run(15);
        story.Arrive(15, Producer("order", 0, 0.1).As("p").In("p").With(MessageId, "job"));

        Assert.Equal(500, story.Observer.Count("joined queue job_id"));
        Assert.Equal(499, story.Observer.Count("redelivered queue"));
        Assert.Contains("acknowledged queue 0.301", story.Observer.Lines);
    }

    [Fact]
    public void Waiting_spans_are_held_against_so_many_jobs_of_other_traces_and_no_more()
    {
        var story = new Story(Relays.Of(Relays.Queue));
        story.Arrive(1, [.. Enumerable.Range(0, 1000).Select(i => Producer("order", 0, 0.1).As($"p{i}").In($"t{i}"))]);
        story.Arrive(2, [.. Enumerable.Range(0, 1000).Select(i => Consumer("process", 0.5, 1).As($"c{i}").In("w").LinkedTo($"t{i}/p{i}"))]);
        story.Arrive(3, [.. Enumerable.Range(0, 1000).Select(i => Consumer("process", 2, 2.5).As($"d{i}").In("w").Under($"lost{i}"))]);
        story.Run(20);

        // A thousand times a thousand, of which a quarter of a million are looked at: the rest is said to be left.
        Assert.InRange(story.Observer.Count("limit comparisons"), 700, 1000);
        Assert.Equal(0, story.Observer.Count("joined queue trace"));
    }
}
