using Baton.Continuity.Join;
using Baton.Testing.Engine;
using CsCheck;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>How many jobs may be open at once, over all traces: which go, and that it does not depend on shards, restarts or the clock.</summary>
public class OpenBoundTests
{
    private static ContinuityOptions Of(long most) => Relays.Of(Relays.Queue) with { MaxHandoffs = most };

    [Fact]
    public void Of_too_many_open_jobs_those_published_first_are_given_up_and_never_told_missing()
    {
        var story = new Story(Of(3), shards: 3);
        story.Arrive(1, Job("late", 0.9), Job("first", 0.1), Job("second", 0.2));
        story.Arrive(2, Job("x", 1.5), Job("y", 1.6));
        story.Run(200);

        Assert.Equal(["first", "second"], Evicted(story));
        Assert.Equal(2, story.Observer.Count("limit max_handoffs"));
        Assert.Equal(Sorted("late", "x", "y"), story.SpansNamed("worker.deadline").Select(span => span.ParentSpanId.ToBase64()).Order());
    }

    [Fact]
    public void Of_one_trace_only_what_is_old_goes()
    {
        var story = new Story(Of(2));
        story.Arrive(2, Job("old", 0.1).In("t"), Job("new", 1.9).In("t"), Job("other", 1).In("u"));
        Assert.Equal(["old"], Evicted(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_one_trace_that_holds_more_than_may_be_open_the_oldest_go(int shards)
    {
        var story = new Story(Of(2), shards);
        story.Arrive(2, [.. Enumerable.Range(0, 7).Select(i => Job($"p{i}", i / 10.0).In("t"))]);
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], Evicted(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void All_but_one_may_have_to_go(int shards)
    {
        var story = new Story(Of(1), shards);
        story.Arrive(2, [.. Enumerable.Range(0, 5).Select(i => Job($"p{i}", i / 10.0))]);
        Assert.Equal(["p0", "p1", "p2", "p3"], Evicted(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void However_many_go_at_once_those_that_stay_are_the_youngest(int shards)
    {
        const int jobs = 15_000;
        var story = new Story(Of(16), shards);
        story.Arrive(3, [.. Enumerable.Range(0, jobs).Select(i => Job($"p{i}", i / 10_000.0))]);
        Assert.Equal(jobs - 15, story.Observer.Count("evicted"));
        Assert.Equal(
            Enumerable.Range(jobs - 15, 15).Select(i => Ids.Span($"p{i}").ToBase64()).Order(),
            story.Run(200, tick: 100).SpansNamed("worker.deadline").Select(span => span.ParentSpanId.ToBase64()).Order());
    }

    [Fact]
    public void Completed_jobs_do_not_count()
    {
        var story = new Story(Of(2));
        story.Arrive(1, Job("a", 0.1), Job("b", 0.2));
        story.Arrive(3, Consumer("process", 1, 2).As("c").In("a").Under("a"));
        story.Arrive(4, Job("d", 3));
        story.Run(200);
        Assert.Empty(Evicted(story));
    }

    [Fact]
    public void State_that_is_full_gives_up_a_sixteenth_more()
    {
        var story = new Story(Of(64));
        story.Arrive(5, [.. Enumerable.Range(0, 65).Select(i => Job($"p{i}", i / 100.0))]);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"p{i}"), Evicted(story));
    }

    [Fact]
    public void State_that_is_just_full_gives_up_nothing() =>
        Assert.Empty(Evicted(new Story(Of(64)).Arrive(5, [.. Enumerable.Range(0, 64).Select(i => Job($"p{i}", i / 100.0))])));

    [Fact]
    public void A_job_whose_deadline_span_is_on_its_way_is_given_up_like_any_other()
    {
        var story = new Story(Of(1)) { JournalOwn = false };
        story.Arrive(1, Job("told", 0.1)).Run(100);
        story.Arrive(101, Job("next", 100));
        Assert.Equal(["told"], Evicted(story));
        story.Crash(102).Run(300);
        Assert.Equal([Ids.Span("next")], story.SpansNamed("worker.deadline").Select(span => span.ParentSpanId));
    }

    [Fact]
    public void After_a_restart_with_a_smaller_bound_the_surplus_is_counted()
    {
        var story = new Story(Of(10));
        story.Arrive(1, Job("a", 0.1), Job("b", 0.2), Job("c", 0.3)).Checkpoint();
        story.Crash(2, Of(2));
        Assert.Equal(["a"], Evicted(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Jobs_that_a_restart_has_read_and_that_were_worked_on_since_go_in_their_order(int shards)
    {
        var story = new Story(Of(32), shards);
        story.Arrive(5, [.. Enumerable.Range(0, 32).Select(i => Job($"p{i}", 1 + i / 100.0))]).Checkpoint().Crash(6);
        story.Arrive(7, [.. Enumerable.Range(0, 32).Select(i => Consumer("process", 6, 6.5).As($"c{i}").In($"p{i}").Under($"p{i}").Failed())]);
        for (var i = 0; i < 8; i++)
        {
            story.Arrive(8 + i, Job($"{i}a", 7), Job($"{i}b", 7));
        }
        // Every other time two too many, and a sixteenth of the bound with them.
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"p{i}"), Evicted(story));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_trace_whose_oldest_job_has_completed_since_a_restart_is_as_old_as_its_next(int shards)
    {
        // Something is forgotten before the restart, so that the traces do not lie where they lay.
        var story = new Story(Of(2), shards).Arrive(1, Consumer("process", 0, 0.5).As("w").In("w").Under("unseen")).Run(298, 1)
            .Arrive(299, Job("old", 298).In("t")).Run(320).Checkpoint().Crash(321);
        story.Arrive(322, Consumer("process", 321, 321.5).As("c").In("t").Under("old").With("messaging.destination.name", "old"));
        story.Arrive(330, Job("other", 325).In("u"), Job("new", 329).In("t"));
        Assert.Empty(Evicted(story));
        Assert.Equal(["other"], Evicted(story.Arrive(332, Job("next", 331).In("v"))));
    }

    [Fact]
    public void What_goes_is_the_same_for_any_number_of_shards_and_after_any_crash() => Gen.Select(
            Gen.Int[1, 40], Gen.Select(Gen.Int[0, 30], Gen.Double[0, 9], Gen.Bool).Array[1, 25].Array[2, 8], Gen.Int[0, 7], Gen.Int[0, 7])
        .Sample(
            (most, arrivals, checkpointed, crashed) =>
            {
                // Nothing is told before the last arrival: a restart tells later, and what was told is open until it is forgotten.
                var patient = Relays.Of(Relays.Queue with { Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 300 * Relays.Second } });
                var expected = Play(1, null);
                Assert.Equal(expected, Play(3, null));
                Assert.Equal(expected, Play(1, crashed));
                Assert.Equal(expected, Play(4, crashed));

                string Play(int shards, int? crash)
                {
                    var story = new Story(patient with { MaxHandoffs = most }, shards);
                    for (var i = 0; i < arrivals.Length; i++)
                    {
                        var at = 10.0 * (i + 1);
                        story.Arrive(at, [.. arrivals[i].Select((job, n) => Job($"{i}.{n}", at - job.Item2).In($"t{job.Item1}"))]);
                        story.Arrive(at + 1, [.. arrivals[i].Select((job, n) => (job, n)).Where(each => each.job.Item3)
                            .Select(each => Consumer("process", at, at + 0.5).As($"c{i}.{each.n}").In($"t{each.job.Item1}").Under($"{i}.{each.n}")
                                .With("messaging.destination.name", $"{i}.{each.n}"))]);
                        if (crash is not null && i == checkpointed)
                        {
                            story.Checkpoint();
                        }
                        if (crash == i)
                        {
                            story.Crash(at + 2);
                        }
                    }
                    story.Run(800, 1);
                    var told = story.SpansNamed("worker.deadline").Select(span => span.ParentSpanId.ToBase64()).Order();
                    return string.Join(' ', EvictedIds(story)) + " | " + string.Join(' ', told);
                }
            },
            iter: Iterations.Of(60, withMutants: 4));

    // To a destination of its own: a consumer whose job is gone is not taken for another's of the same trace.
    private static SpanSpec Job(string name, double end) =>
        Producer("order", end - 0.01, end).As(name).In(name).With("messaging.destination.name", name);

    private static IEnumerable<string> EvictedIds(Story story) =>
        story.Observer.Facts.Where(fact => fact.Line.StartsWith("evicted", StringComparison.Ordinal)).Select(fact => fact.Span.ToString()).Order();

    /// <summary>The names of those that were given up, of the few that a test uses.</summary>
    private static IEnumerable<string> Evicted(Story story)
    {
        string[] names = ["first", "second", "late", "x", "y", "old", "new", "other", "told", "next", "a", "b", "c", "d", .. Enumerable.Range(0, 65).Select(i => $"p{i}")];
        var evicted = EvictedIds(story).ToHashSet();
        return names.Where(name => evicted.Contains(Convert.ToHexStringLower(Ids.Span(name).Span)));
    }

    private static IEnumerable<string> Sorted(params string[] names) => names.Select(name => Ids.Span(name).ToBase64()).Order();
}
