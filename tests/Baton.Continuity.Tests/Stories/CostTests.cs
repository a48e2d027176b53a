using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>A large trace costs in proportion. Seconds each, and they tell of no rule: tests/mutation leaves them out.</summary>
public class CostTests
{
    [Fact]
    public void A_trace_of_a_hundred_thousand_publications_costs_in_proportion() =>
        AssertProportional((story, at, from, count) => story.Arrive(
            at, [.. Enumerable.Range(from, count).Select(i => Producer("order", at - 0.1, at).As($"p{i}").Under("request"))]), 25_000, 100_000);

    [Fact]
    public void Publications_nested_in_another_each_cost_in_proportion() =>
        AssertProportional((story, at, from, count) => story.Arrive(
            at,
            [.. Enumerable.Range(from, count).SelectMany(i => (SpanSpec[])
                [
                    Producer("order", at - 0.1, at).As($"outer{i}").Under("request"), Producer("send", at - 0.1, at).As($"inner{i}").Under($"outer{i}"),
                ])]),
            10_000, 40_000);

    [Fact]
    public void Thousands_of_consumers_that_wait_for_their_publications_cost_in_proportion() =>
        AssertProportional(
            (story, at, from, count) =>
            {
                story.Arrive(at, [.. Enumerable.Range(from, count).Select(i => Consumer("process", at - 0.2, at).As($"c{i}").Under($"p{i}"))]);
                story.Arrive(at, [.. Enumerable.Range(from, count).Select(i => Producer("order", at - 0.5, at - 0.4).As($"p{i}"))]);
            },
            10_000, 40_000);

    /// <summary>
    /// What the engine allocates, as a measure of its work that does not depend on the machine: four times the spans, about four times as much. Work per span that grows with
    /// the trace would make it sixteen times; eight stands between them. The least of several rounds: pools are shared with the tests that run beside this one.
    /// </summary>
    private static void AssertProportional(Action<Story, double, int, int> arrive, int few, int many)
    {
        var least = double.MaxValue;
        for (var round = 0; round < 5 && least >= 8; round++)
        {
            least = Math.Min(least, (double)Play(many) / Play(few));
        }
        Assert.InRange(least, 0, 8);

        long Play(int spans)
        {
            var story = new Story(Relays.Of(Relays.Queue));
            var begin = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < spans; i += 250)
            {
                arrive(story, 1 + i / 10_000.0, i, 250);
            }
            return GC.GetAllocatedBytesForCurrentThread() - begin;
        }
    }
}
