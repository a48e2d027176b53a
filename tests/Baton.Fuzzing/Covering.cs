namespace Baton.Fuzzing;

/// <summary>Chooses few inputs that together reach what many reach.</summary>
internal static class Covering
{
    /// <summary>The inputs that reach something which neither those before nor smaller ones reach.</summary>
    public static IReadOnlyList<byte[]> Choose(FuzzTarget target, IReadOnlyList<byte[]> before, IEnumerable<byte[]> candidates)
    {
        // What is done once in a process is not an input's.
        foreach (var seed in target.Seeds())
            EdgesOf(target, seed);
        var reached = new HashSet<int>();
        foreach (var input in before)
            reached.UnionWith(EdgesOf(target, input));
        var chosen = new List<byte[]>();
        foreach (var input in candidates.OrderBy(input => input.Length))
        {
            var edges = EdgesOf(target, input);
            if (reached.IsSupersetOf(edges))
                continue;
            reached.UnionWith(edges);
            chosen.Add(input);
        }
        return Reduce(target, chosen, before);
    }

    // Smaller ones that were chosen first may be in what larger ones reach.
    private static List<byte[]> Reduce(FuzzTarget target, List<byte[]> chosen, IReadOnlyList<byte[]> before)
    {
        var reached = before.SelectMany(input => EdgesOf(target, input)).ToHashSet();
        var kept = new List<byte[]>();
        foreach (var input in chosen.OrderByDescending(input => input.Length))
        {
            var edges = EdgesOf(target, input);
            if (reached.IsSupersetOf(edges))
                continue;
            reached.UnionWith(edges);
            kept.Add(input);
        }
        return kept;
    }

    private static IReadOnlyList<int> EdgesOf(FuzzTarget target, byte[] input)
    {
        Coverage.Clear();
        try
        {
            target.Run(input);
        }
        catch (Exception)
        {
            // A finding, which is kept elsewhere.
            return [];
        }
        return Coverage.Edges();
    }
}
