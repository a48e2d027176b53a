namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>How a scenario is played: each way must come to the same.</summary>
/// <param name="Shards">Over how many shards.</param>
/// <param name="Way">What is done to its arrivals.</param>
internal readonly record struct Variant(int Shards, Way Way)
{
    /// <summary>Every variant that a scenario allows.</summary>
    public static IEnumerable<Variant> Of(Scenario scenario) =>
        from way in Enum.GetValues<Way>()
        from shards in ShardsOf(way)
        where way != Way.Reversed || scenario.Told.Order != ArrivalOrder.Fixed
        select new Variant(shards, way);

#if MUTATION
    // Two plays instead of eight: thousands of mutants wait.
    private static int[] ShardsOf(Way way) => way switch { Way.Given => [1], Way.Replayed => [3], _ => [] };
#else
    private static int[] ShardsOf(Way way) => [1, 3];
#endif

    public override string ToString() => Shards == 1 ? $"{Way} on one shard" : $"{Way} on {Shards} shards";
}

/// <summary>What is done to a scenario's arrivals.</summary>
internal enum Way
{
    /// <summary>As the file has them.</summary>
    Given,

    /// <summary>What arrives within export_lag arrives at the end of it, the last span first, each in a request of its own.</summary>
    Reversed,

    /// <summary>Every request comes again at once, and a second later.</summary>
    Repeated,

    /// <summary>At the end the process dies and replays everything from the beginning: nothing may be told again.</summary>
    Replayed,
}
