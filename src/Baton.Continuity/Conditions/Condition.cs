namespace Baton.Continuity.Conditions;

/// <summary>
/// A condition on a span: the useful part of OTTL, in its spelling. Immutable; a scan plan binds it to what it evaluates.
/// <para>
/// A comparison with something absent is false, `!=` included; only `nil` asks for absence. So is one of different types,
/// except that integers and doubles compare as numbers. Strings compare by their UTF-8 bytes, booleans with false before true.
/// Arrays, maps and bytes are present and equal nothing.
/// </para>
/// </summary>
public sealed class Condition
{
    /// <summary>The longest text that is accepted, in characters.</summary>
    public const int MaxLength = 65_536;

    private Condition(string text, Expression root)
    {
        Text = text;
        Root = root;
    }

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    internal Expression Root { get; }

    /// <summary>Parses a condition.</summary>
    /// <param name="text">The text of the configuration.</param>
    /// <returns>The condition, or what is wrong with it and where.</returns>
    public static ConditionParseResult Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            return new(null, new(1, $"the condition has {text.Length} characters; at most {MaxLength} are read"));
        }
        var parser = new ConditionParser(text);
        var root = parser.ParseAll();
        return root is null ? new(null, parser.Fault) : new(new Condition(text, root), null);
    }

    /// <summary>The condition's text.</summary>
    public override string ToString() => Text;
}

/// <summary>A condition, or what is wrong with its text.</summary>
/// <param name="Condition">The condition; null if there is a fault.</param>
/// <param name="Fault">The fault; null if there is a condition.</param>
public readonly record struct ConditionParseResult(Condition? Condition, ConditionFault? Fault);

/// <summary>What is wrong with a condition's text.</summary>
/// <param name="Column">Where, in characters from 1; one past the last character where something is missing at the end.</param>
/// <param name="Message">What was found, and what would be right.</param>
public sealed record ConditionFault(int Column, string Message)
{
    /// <summary>The faulty line of the condition and, below it, a caret under the fault.</summary>
    /// <param name="text">The condition that was parsed.</param>
    public string Point(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = Math.Min(Column - 1, text.Length);
        var start = text.AsSpan(0, at).LastIndexOf('\n') + 1;
        var rest = text.AsSpan(start).IndexOf('\n');
        var line = rest < 0 ? text.AsSpan(start) : text.AsSpan(start, rest);
        Span<char> indent = at - start <= 256 ? stackalloc char[at - start] : new char[at - start];
        for (var i = 0; i < indent.Length; i++)
        {
            indent[i] = line[i] == '\t' ? '\t' : ' ';
        }
        return $"{line}\n{indent}^";
    }
}
