using System.Globalization;

namespace Baton.Processor.Configuration;

/// <summary>A place in a configuration source.</summary>
/// <param name="Source">The file as it was named on the command line, <c>--set KEY</c>, or the built-in defaults.</param>
/// <param name="Order">The position of the source in the command line: later sources override earlier ones.</param>
/// <param name="Line">From 1; 0 when it is about the source as a whole.</param>
/// <param name="Column">From 1; 0 when it is about the source as a whole.</param>
internal readonly record struct SourceLocation(string Source, int Order, int Line, int Column) : IComparable<SourceLocation>
{
    /// <summary>Sources in the order given, then from top to bottom.</summary>
    public int CompareTo(SourceLocation other) => (Order, Line, Column).CompareTo((other.Order, other.Line, other.Column));

    /// <summary>The two stand in one line of one source.</summary>
    public bool IsInLineOf(SourceLocation other) => (Order, Line) == (other.Order, other.Line);

    /// <summary>How a message at <paramref name="reader"/> refers to this place: by its line alone, where both are in one file.</summary>
    public string SeenFrom(SourceLocation reader) => Order == reader.Order && Line > 0
        ? string.Create(CultureInfo.InvariantCulture, $"line {Line}")
        : ToString();

    /// <summary><c>file:line:column</c>, which editors and terminals turn into a link.</summary>
    public override string ToString() => Line == 0 ? Source : string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}");
}

/// <summary>One thing that is wrong in the configuration.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Path">The key, from the root: <c>continuity.relays[0].produce</c>; empty when it is about the source as a whole.</param>
/// <param name="Message">What is wrong and what would be right. Never holds a secret, nor a value that came from the environment.</param>
internal sealed record Fault(SourceLocation At, string Path, string Message)
{
    /// <summary>The line shown to the operator.</summary>
    public override string ToString() => Path.Length == 0 ? $"{At}: {Message}" : $"{At}: {Path}: {Message}";
}
