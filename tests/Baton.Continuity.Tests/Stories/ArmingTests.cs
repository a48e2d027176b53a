using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>The built-in relay tells nothing of a channel until twenty jobs in a row have shown that silence means something there.</summary>
public class ArmingTests
{
    [Theory]
    [InlineData(19, true)]
    [InlineData(18, false)]
    public void A_trial_in_which_too_few_were_picked_up_is_followed_by_another(int pickedUp, bool armed)
    {
        var story = Trial(new Story(Relays.Of()), 0, pickedUp);
        story.Arrive(10, Publish("lost", 9)).Run(1000, 20);
        Assert.Equal(armed ? 1 : 0, story.Synthesized.Count);

        Trial(story, 1000, 20).Arrive(1010, Publish("lost again", 1009)).Run(2000, 20);
        Assert.Equal(armed ? 2 : 1, story.Synthesized.Count);
    }

    [Fact]
    public void A_publication_that_was_a_part_of_another_takes_no_place_in_the_trial()
    {
        var story = new Story(Relays.Of()).Arrive(1, Publish("outer", 0)).Arrive(2, Publish("inner", 0).Under("middle"));
        story.Arrive(3, Publish("middle", 0).Under("outer"), Consumer("process", 1, 2).As("c").Under("inner"));
        Trial(story, 0, 18, of: 19).Arrive(10, Publish("lost", 9)).Run(1000, 20);
        Assert.Equal(Ids.Span("lost"), Assert.Single(story.Synthesized).Span.ParentSpanId);
    }

    [Fact]
    public void Of_a_channel_that_has_learned_nothing_nested_publications_are_not_told() =>
        Assert.Empty(new Story(Relays.Of()).Arrive(1, Publish("outer", 0)).Arrive(2, Publish("inner", 0).Under("outer")).Run(1300, 20).Synthesized);

    [Fact]
    public void A_publication_of_two_spans_takes_part_in_the_trial()
    {
        var story = Nested(new Story(Relays.Of()));
        Trial(story, 10, 18, of: 19).Arrive(20, Publish("lost", 19)).Run(1000, 20);
        Assert.Equal(Ids.Span("lost"), Assert.Single(story.Synthesized).Span.ParentSpanId);
    }

    [Fact]
    public void A_publication_that_changed_its_channel_takes_part_in_no_trial_there()
    {
        var story = Nested(Trial(new Story(Relays.Of()), 0, 18), outer => outer.With("messaging.destination.name", "gateway"));
        Assert.Empty(story.Arrive(12, Publish("lost", 9)).Run(1000, 20).Synthesized);
    }

    /// <summary>The outer span comes first; whoever picks the job up, names the inner one.</summary>
    private static Story Nested(Story story, Func<SpanSpec, SpanSpec>? outer = null) => story
        .Arrive(7, outer is null ? Publish("outer", 6) : outer(Publish("outer", 6))).Arrive(8, Publish("inner", 6).Under("outer"))
        .Arrive(9, Consumer("process", 7, 8).As("c").Under("inner"));

    /// <summary>So many jobs are published, and the last so many picked up.</summary>
    private static Story Trial(Story story, double at, int pickedUp, int of = 20) => story
        .Arrive(at + 3, [.. Enumerable.Range(0, of).Select(i => Publish($"{at}.{i}", at + 1).In($"t{at}.{i}"))])
        .Arrive(at + 6, [.. Enumerable.Range(of - pickedUp, pickedUp).Select(i => Consumer("process", at + 4, at + 5).As($"c{at}.{i}").In($"t{at}.{i}").Under($"{at}.{i}"))]);

    private static SpanSpec Publish(string id, double at) => Producer("publish", at, at + 0.1).As(id);
}
