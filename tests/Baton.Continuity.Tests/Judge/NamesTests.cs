using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Testing.Engine;

namespace Baton.Continuity.Tests.Judge;

/// <summary>What users read of Baton's conclusions.</summary>
public class NamesTests
{
    [Fact]
    public void Every_value_has_a_name_and_no_two_have_the_same()
    {
        IsNamed<Match>(Names.Of);
        IsNamed<Verdict>(Names.Of);
        IsNamed<DeadlineKind>(Names.Of);
        IsNamed<StatedTerm>(Names.Of);
        IsNamed<Limit>(Names.Of);
    }

    [Fact]
    public void What_baton_tells_says_that_it_comes_from_baton()
    {
        var story = new Story(new ContinuityOptions { Relays = [Stories.Relays.Queue] }).Arrive(1, SpanSpec.Producer("publish", 0, 0.1)).Run(100, 1);
        var scope = Assert.Single(Assert.Single(story.Synthesized).Resource.ScopeSpans).Scope;
        Assert.Equal("baton", scope.Name);
        Assert.Equal(typeof(Names).Assembly.GetName().Version!.ToString(3), scope.Version);
    }

    private static void IsNamed<T>(Func<T, string> nameOf)
        where T : struct, Enum
    {
        var names = Enum.GetValues<T>().Select(nameOf).ToList();
        Assert.All(names, Assert.NotEmpty);
        Assert.Distinct(names);
    }
}
