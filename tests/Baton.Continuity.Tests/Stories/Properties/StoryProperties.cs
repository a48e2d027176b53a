using Baton.Testing.Engine;
using CsCheck;

namespace Baton.Continuity.Tests.Stories.Properties;

/// <summary>
/// What holds for every story (<see cref="Plan"/>), whatever becomes of its jobs. A failure prints the story, cut down to what is needed,
/// and a seed (CsCheck_Seed=… repeats it). BATON_PROPERTIES=50 plays fifty times as many stories: minutes instead of seconds.
/// </summary>
public class StoryProperties
{
    private static readonly int Plays = Iterations.Of(100, withMutants: 8) * (int.TryParse(Environment.GetEnvironmentVariable("BATON_PROPERTIES"), out var factor) ? factor : 1);

    private static readonly Gen<IReadOnlyList<double>> AnyTicks = Gen.Int[1, 400].Select(hundredths => hundredths / 100.0).List[1, 6].Select(ticks => (IReadOnlyList<double>)ticks);

    [Fact]
    public void Any_order_of_arrival_within_export_lag_any_repetition_and_any_split_gives_the_same() =>
        Gen.Select(Plan.WithinExportLag, Gen.Int[1, 4]).Sample(
            (plan, shards) => AssertSame(Play(plan.Punctual, new()), Play(plan, new() { Shards = shards })), iter: 2 * Plays);

    [Fact]
    public void Any_interleaving_with_ticks_gives_the_same_spans() =>
        Gen.Select(Plan.WithinExportLag, AnyTicks).Sample(
            (plan, ticks) => AssertSame(Play(plan, new()), Play(plan, new() { Ticks = ticks })), iter: Plays);

    [Fact]
    public void A_verdict_never_changes_once_it_is_final_but_for_what_comes_late() =>
        Gen.Select(Plan.HoweverSlow, AnyTicks, Gen.Int[1, 4]).Sample(
            (plan, ticks, shards) =>
            {
                var story = new Staging { Shards = shards, Ticks = ticks }.Play(plan);
                foreach (var handoff in story.Observer.Facts.GroupBy(fact => (fact.Trace, fact.Span)))
                {
                    AssertFinal([.. handoff.Select(fact => fact.Line.Split(' '))]);
                }
            },
            iter: Plays);

    [Fact]
    public void When_everything_has_ended_and_its_windows_have_passed_nothing_is_left() =>
        Gen.Select(Plan.HoweverSlow, Gen.Int[1, 4]).Sample(
            (plan, shards) =>
            {
                var story = new Staging { Shards = shards, Until = 6_000 }.Play(plan);
                Assert.Equal(0, story.Traces);
                Assert.All(story.Engine.Relays(), relay => Assert.Equal((0, 0, 0, 0), (relay.Waiting, relay.Running, relay.Missed, relay.OldestPublishedUnixNanos)));
            },
            iter: Plays);

    [Fact]
    public void A_crash_anywhere_changes_nothing_and_repeats_no_span() =>
        Gen.Select(Plan.WithinExportLag, Death.Any.List[1, 3], Gen.Int[1, 4]).Sample(
            (plan, deaths, shards) =>
            {
                var staging = new Staging { Shards = shards, Deaths = [.. deaths.OrderBy(death => death.At)] };
                // What was decided and did not reach the journal is decided, and counted by the process, once more.
                AssertSame(Play(plan, new()).Distinct, Play(plan, staging).Distinct);
            },
            iter: 2 * Plays);

    private static Outcome Play(Plan plan, Staging staging) => Outcome.Of(plan, staging.Play(plan));

    private static void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Facts, actual.Facts);
        Assert.Equal(expected.Spans, actual.Spans);
    }

    /// <summary>
    /// One completion, and one miss, but for another after one that was taken back; a miss after a completion never; a completion in time
    /// after a miss takes the miss back.
    /// </summary>
    private static void AssertFinal(List<string[]> facts)
    {
        int Index(string fact) => facts.FindIndex(words => words[0] == fact);
        int Count(string fact) => facts.Count(words => words[0] == fact);
        foreach (var once in new[] { "opened", "acknowledged", "completed", "orphaned", "unknown" })
        {
            Assert.InRange(Count(once), 0, 1);
        }
        Assert.InRange(Count("missed"), 0, Count("retracted") + 1);
        var (missed, completed) = (facts.FindLastIndex(words => words[0] == "missed"), Index("completed"));
        if (missed >= 0 && completed >= 0)
        {
            Assert.True(missed < completed, "missed after it was completed");
            Assert.True(facts[completed][2] == "late" || Count("retracted") >= Count("missed"), "completed in time after a miss that stands");
        }
    }
}
