namespace Baton.Processor.Configuration.Yaml;

/// <summary>A piece of YAML that remembers where it stands. Immutable; an alias shares the node of its anchor.</summary>
/// <param name="At">Where it begins.</param>
internal abstract record Node(SourceLocation At);

/// <summary>A single value.</summary>
/// <param name="At">Where it begins, its quote included.</param>
/// <param name="Text">The value, with <c>${env:…}</c> expanded.</param>
/// <param name="Written">The value as the file has it, before expansion: the only form that messages may show.</param>
/// <param name="ContentColumn">The column of the first character of <paramref name="Text"/> if the text stands in one line exactly as it is
/// in the file, so that a position in it is a column of the file; else 0.</param>
/// <param name="IsNull">A key without a value (or <c>~</c>, <c>null</c>).</param>
internal sealed record ScalarNode(SourceLocation At, string Text, string Written, int ContentColumn, bool IsNull) : Node(At)
{
    /// <summary>The value comes, at least in part, from the environment, and may be a secret.</summary>
    public bool IsExpanded => Text != Written;
}

/// <summary>A list.</summary>
internal sealed record ListNode(SourceLocation At, IReadOnlyList<Node> Items) : Node(At);

/// <summary>A map; the keys are distinct, in the order of the file.</summary>
internal sealed record MapNode(SourceLocation At, IReadOnlyList<MapEntry> Entries) : Node(At)
{
    /// <summary>The entry of that key, or null.</summary>
    public MapEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <summary>One key of a map with its value.</summary>
internal sealed record MapEntry(string Key, SourceLocation At, Node Value);
