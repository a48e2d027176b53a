namespace Baton.Continuity.Join;

/// <summary>Which completions complete a job that fans out. One of the three forms.</summary>
public sealed record RelayExpectation
{
    /// <summary>The most values that <see cref="AllOf"/> takes: a handoff remembers them as a bit each.</summary>
    public const int MaxValues = 64;

    /// <summary>The most completions that are counted.</summary>
    public const int MaxCount = ushort.MaxValue;

    /// <summary>The most bytes (UTF-8) of a value of <see cref="AllOf"/>; longer ones of spans equal none.</summary>
    public const int MaxValueLength = 256;

    /// <summary>First form: the attribute of completing spans that says which of them it is; null for the other forms.</summary>
    public string? By { get; init; }

    /// <summary>First form: the values of that attribute that must all have completed; distinct, at most <see cref="MaxValues"/>.</summary>
    public IReadOnlyList<string> AllOf { get; init; } = [];

    /// <summary>Second form: how many completions; 0 for the other forms.</summary>
    public int Count { get; init; }

    /// <summary>Third form: the attribute of the producing span that says how many; null for the other forms.</summary>
    public string? CountAttribute { get; init; }
}
