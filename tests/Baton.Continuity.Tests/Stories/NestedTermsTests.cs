using Baton.Continuity.Join;
using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>What either of two nested producing spans states of the job counts, and what the inner one states before what the outer one does.</summary>
public class NestedTermsTests
{
    private static readonly SpanSpec Outer = Producer("send order", 0, 0.3).As("outer");
    private static readonly SpanSpec Inner = Producer("orders send", 0.1, 0.2).As("inner").Under("outer");

    private static readonly RelayDefinition Relay = Relays.Queue with
    {
        Expect = new() { CountAttribute = "parts" },
        Deadlines = new() { ScheduleToCloseNanos = 60 * Relays.Second, DeadlineAttribute = "within", NotBeforeAttribute = "delay" },
    };

    [Theory]
    [InlineData("within", 20, null, "deadline 20.3", "[]")]
    [InlineData("within", null, 25, "deadline 25.2", "[]")]
    [InlineData("within", 20, 25, "deadline 25.2", "[]")]
    [InlineData("delay", 30, null, "deadline 90.3", "[]")]
    [InlineData("delay", null, 40, "deadline 100.2", "[]")]
    [InlineData("delay", 30, 40, "deadline 100.2", "[]")]
    [InlineData("parts", 2, null, "deadline 60.2", "[1]")]
    [InlineData("parts", null, 3, "deadline 60.2", "[2]")]
    [InlineData("parts", 2, 3, "deadline 60.2", "[2]")]
    public void It_counts_in_whatever_order_they_arrive(string attribute, int? outer, int? inner, string deadline, string missing)
    {
        SpanSpec a = Stating(Outer, attribute, outer), b = Stating(Inner, attribute, inner);
        SpanSpec[] work = attribute == "parts" ? [Consumer("process", 1, 2).As("c").Under("inner")] : [];
        foreach (var order in (SpanSpec[][])[[a, b], [b, a]])
        {
            var outcome = Assert.Single(OutcomeTests.Of(OutcomeTests.New(Relay).Arrive(1, order[0]).Arrive(2, order[1]).Arrive(3, work)));
            Assert.Contains(deadline + " ", outcome, StringComparison.Ordinal);
            Assert.Contains($"missing {missing}", outcome, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_the_inner_span_states_to_a_relay_that_does_not_own_the_job_does_not_count_but_for_how_many_messages_it_sends()
    {
        var first = Relays.Queue with { Name = "first", Produce = Relays.Parse("span.name == \"send order\"") };
        var inner = Inner.With("within", 20).With("delay", 30).With("messaging.batch.message_count", 3);
        foreach (var order in (SpanSpec[][])[[Outer, inner], [inner, Outer]])
        {
            var story = OutcomeTests.New(first, Relay with { Expect = null }).Arrive(1, order[0]).Arrive(2, order[1]);
            var outcome = Assert.Single(OutcomeTests.Of(story));
            Assert.Contains("deadline 60.2 ", outcome, StringComparison.Ordinal);
            Assert.Contains("missing [3]", outcome, StringComparison.Ordinal);
        }
    }

    private static SpanSpec Stating(SpanSpec span, string attribute, int? value) => value is { } number ? span.With(attribute, number) : span;
}
