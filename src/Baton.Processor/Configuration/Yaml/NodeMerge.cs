namespace Baton.Processor.Configuration.Yaml;

/// <summary>Lays a later source over an earlier one: maps merge key by key, lists and single values are replaced.</summary>
internal static class NodeMerge
{
    /// <summary>The two as one. A map that is written without a value changes nothing of the map below it.</summary>
    public static Node Over(Node below, Node above)
    {
        if (below is not MapNode lower)
            return above;
        if (above is ScalarNode { IsNull: true })
            return below;
        if (above is not MapNode upper)
            return above;
        var entries = lower.Entries
            .Select(entry => upper.Find(entry.Key) is { } over ? over with { Value = Over(entry.Value, over.Value) } : entry)
            .Concat(upper.Entries.Where(entry => lower.Find(entry.Key) is null));
        return new MapNode(upper.At, [.. entries]);
    }
}
