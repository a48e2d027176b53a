namespace Baton.Processor.Configuration;

/// <summary>One attribute, or several that are read together: in the file a name, or a list of names.</summary>
internal sealed record AttributeNames
{
    /// <summary>How the file writes it.</summary>
    public const string Form = "an attribute's name, or a list of them, e.g. [bullmq.queue.name, bullmq.job.id]";

    /// <summary>The names, in the order of the file.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>One name, or several.</summary>
    public static AttributeNames Of(params string[] names) => new() { Names = names };

    /// <summary>As the file writes it.</summary>
    public override string ToString() => Names.Count == 1 ? Names[0] : $"[{string.Join(", ", Names)}]";
}
