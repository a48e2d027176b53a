using System.Globalization;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What is said of a handoff when it is forgotten.</summary>
public class OutcomeTests
{
    private static readonly SpanSpec Publish = Producer("publish", 0, 0.1).As("p").With("messaging.destination.name", "orders");
    private static readonly SpanSpec Process = Consumer("process", 0.2, 1).As("c").Under("p").With("messaging.destination.name", "orders");

    [Fact]
    public void A_completed_job_tells_its_times_and_who_did_it() => Assert.Equal(
        ["continuous parent told none deadline 60.1 wake-up 0.1 full link 0.9 attempts 1 missing [] to orders by worker"],
        Of(New(Relays.Queue).Arrive(2, Publish, Process)));

    [Fact]
    public void Every_attempt_counts() => Assert.Equal(
        ["continuous parent told none deadline 60.1 wake-up 0.1 full link 4.9 attempts 2 missing [] to orders by worker"],
        Of(New(Relays.Queue).Arrive(6, Publish, Process.Failed(), Consumer("process", 4, 5).As("c2").Under("p"))));

    [Fact]
    public void A_lost_job_tells_who_usually_does_such_work() => Assert.Equal(
        "missing_completion none told schedule_to_close_timeout deadline 80.1 wake-up no full link no attempts 0 missing [] to orders by worker",
        Of(New(Relays.Queue).Arrive(2, Publish, Process).Arrive(21, Publish.As("q").In("t2") with { Start = 20, End = 20.1 }))[^1]);

    [Fact]
    public void Nobody_is_known_to_do_such_work() => Assert.Equal(
        ["missing_completion none told schedule_to_close_timeout deadline 60.1 wake-up no full link no attempts 0 missing [] to orders by "],
        Of(New(Relays.Queue).Arrive(2, Publish)));

    [Fact]
    public void A_late_completion_leaves_the_deadline_that_was_told() => Assert.Equal(
        ["completed_late parent told schedule_to_close_timeout deadline 60.1 wake-up 64.9 full link 69.9 attempts 1 missing [] to orders by worker"],
        Of(New(Relays.Queue).Arrive(2, Publish).Arrive(75, Process with { Start = 65, End = 70 })));

    [Fact]
    public void What_was_told_too_early_is_continuous_and_was_told() => Assert.Equal(
        ["continuous parent told schedule_to_close_timeout deadline 60.1 wake-up 0.1 full link 0.9 attempts 1 missing [] to orders by worker"],
        Of(New(Relays.Queue).Arrive(2, Publish).Arrive(100, Process)));

    [Fact]
    public void What_was_told_too_early_leaves_the_deadline_that_was_told() => Assert.Equal(
        ["continuous parent told schedule_to_start_timeout deadline 30.1 wake-up 0.1 full link 4.9 attempts 1 missing [] to orders by worker"],
        Of(New(Relays.RenderJob).Arrive(2, Publish with { Name = "produce.render_job" }).Arrive(
            50, Process with { Name = "worker.ack_wake" }, Internal("worker.complete", 5, 5).As("d").Under("c"))));

    [Fact]
    public void Who_did_not_complete_is_named() => Assert.Equal(
        ["missing_completion parent told schedule_to_close_timeout deadline 60.1 wake-up 0.1 full link no attempts 1 missing [email] to orders by worker"],
        Of(New(Relays.Queue with { Expect = new() { By = "group", AllOf = ["billing", "email"] } }).Arrive(2, Publish, Process.With("group", "billing"))));

    [Fact]
    public void A_job_whose_context_was_dropped_was_matched_by_its_id() => Assert.Equal(
        ["context_dropped job_id told none deadline 60.1 wake-up 0.1 full link 0.9 attempts 1 missing [] to orders by worker"],
        Of(New(Relays.Queue with { JobIds = [JobIdKey.Of("job")] })
            .Arrive(2, Publish.With("job", "7"), Process.With("job", "7").In("w") with { Parent = "" })));

    [Fact]
    public void A_job_that_nobody_was_seen_to_pick_up_was_completed_all_the_same() => Assert.Equal(
        ["continuous parent told none deadline 810.1 wake-up no full link 4.9 attempts 0 missing [] to orders by "],
        Of(New(Relays.RenderJob).Arrive(6, Publish with { Name = "produce.render_job" }, Internal("worker.complete", 5, 5).As("c").Under("p"))));

    [Fact]
    public void Nothing_is_missing_of_several_completions_once_all_have_come() => Assert.Equal(
        ["continuous parent told none deadline 60.1 wake-up 0.1 full link 4.9 attempts 2 missing [] to orders by worker"],
        Of(New(Relays.Queue with { Expect = new() { Count = 2 } }).Arrive(6, Publish, Process, Consumer("process", 4, 5).As("c2").Under("p"))));

    [Fact]
    public void Each_job_was_done_by_who_picked_it_up_though_others_work_on_its_channel() => Assert.Equal(
        ["worker", "another"],
        New(Relays.Queue).Arrive(2, Publish, Process).Arrive(3, Publish.In("t2"), Process.In("t2").From("another")).Run(9000, 20)
            .Observer.Outcomes.Select(outcome => outcome.Worker));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_two_that_picked_up_at_once_it_is_the_same_who_usually_does_such_work_in_whatever_order_they_are_told(int shards)
    {
        SpanSpec[] spans = [Process, Process.In("t2").From("another"), Process.In("t3").From("third")];
        Assert.Equal(Usual(spans), Usual([spans[1], spans[0], spans[2]]));
        Assert.Equal(Usual(spans), Usual([spans[2], spans[1], spans[0]]));

        string Usual(SpanSpec[] pickUps)
        {
            var story = new Story(Relays.Of(Relays.Queue), shards);
            story.Observer.WantsOutcomes = true;
            story.Arrive(1, [.. pickUps.Select(pickUp => Publish.In(pickUp.Trace))]).Arrive(2, pickUps).Arrive(3, Publish.As("lost").In("t4")).Run(5000, 20);
            return Assert.Single(story.Observer.Outcomes, outcome => outcome.Verdict == Verdict.MissingCompletion).Worker;
        }
    }

    [Fact]
    public void What_was_published_too_long_ago_is_unknown() => Assert.Equal(
        ["unknown none told none deadline 60.1 wake-up no full link no attempts 0 missing [] to orders by "],
        Of(New(Relays.Queue).Arrive(400, Publish)));

    [Fact]
    public void Where_nothing_was_learned_nothing_is_concluded() => Assert.Equal(
        ["open none told none deadline 900.1 wake-up no full link no attempts 0 missing [] to orders by "],
        Of(New().Arrive(2, Publish)));

    [Fact]
    public void What_was_only_fetched_is_done_where_nobody_looks_unless_somebody_wrote_that_it_is_to_be_seen()
    {
        var fetched = Process.With("messaging.operation.type", "receive");
        Assert.Equal(
            ["continuous parent told none deadline 900.1 wake-up 0.9 full link no attempts 1 missing [] to orders by worker"],
            Of(New().Arrive(2, Publish, fetched)));
        Assert.Equal(
            ["missing_completion parent told schedule_to_close_timeout deadline 60.1 wake-up 0.9 full link no attempts 1 missing [] to orders by worker"],
            Of(New(Relays.Queue).Arrive(2, Publish, fetched)));
    }

    [Fact]
    public void What_is_given_up_for_want_of_room_says_so_unless_it_was_done()
    {
        var story = new Story(Relays.Of(Relays.Queue) with { HandoffsPerTrace = 2 });
        story.Observer.WantsOutcomes = true;
        story.Arrive(1, [.. Enumerable.Range(0, 3).Select(i => Producer("order", 0, 0.1).As($"p{i}"))]);
        Assert.Equal(["evicted"], story.Observer.Outcomes.Select(outcome => Names.Of(outcome.Verdict)));
        Assert.Equal((3, 1), (story.Observer.Count("opened queue"), story.Observer.Count("evicted queue")));

        story.Arrive(2, Consumer("process", 0.5, 1.5).As("c").Under("p2")).Arrive(3, Producer("order", 2, 2.1).As("p3"));
        Assert.Equal(["evicted", "continuous"], story.Observer.Outcomes.Select(outcome => Names.Of(outcome.Verdict)));
    }

    [Fact]
    public void Nobody_is_told_who_does_not_want_to_know()
    {
        var story = new Story(Relays.Of(Relays.Queue)).Arrive(2, Publish, Process).Run(8000, 20);
        Assert.Empty(story.Observer.Outcomes);
    }

    internal static string[] Of(Story story)
    {
        story.Run(9000, 20);
        Assert.Equal(0, story.Traces);
        return [.. story.Observer.Outcomes.Select(Text)];
    }

    internal static Story New(params RelayDefinition[] relays)
    {
        var story = new Story(Relays.Of(relays));
        story.Observer.WantsOutcomes = true;
        return story;
    }

    internal static string Text(HandoffOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Names.Of(outcome.Verdict)} {(outcome.Match == Match.None ? "none" : Names.Of(outcome.Match))} told {(outcome.Told == DeadlineKind.None ? "none" : Names.Of(outcome.Told))} deadline {Seconds(outcome.DeadlineAtUnixNanos - Story.Epoch)} wake-up {Seconds(outcome.WakeUpNanos)} full link {Seconds(outcome.FullLinkNanos)} attempts {outcome.Attempts} missing [{string.Join(", ", outcome.Missing)}] to {outcome.Destination} by {outcome.Worker}");

    private static string Seconds(long nanos) => nanos == -1 ? "no" : (nanos / 1e9).ToString("0.###", CultureInfo.InvariantCulture);
}
