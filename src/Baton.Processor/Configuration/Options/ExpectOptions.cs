using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>What completes a job that fans out. One of three forms.</summary>
internal sealed record ExpectOptions
{
    /// <summary>The attribute of completing spans that says which of <c>all_of</c> each of them is.</summary>
    [Option]
    public string? By { get; init; }

    /// <summary>The values of <c>by</c> that must all have completed, at most 64.</summary>
    [Option]
    public IReadOnlyList<string> AllOf { get; init; } = [];

    /// <summary>How many completions.</summary>
    [Option(Min = "1", Max = "65535")]
    public int? Count { get; init; }

    /// <summary>The attribute of the producing span that says how many completions.</summary>
    [Option]
    public string? CountAttribute { get; init; }
}
