namespace Baton.Continuity.Conditions;

/// <summary>A compiled condition on a span: the useful part of OTTL, in its spelling.</summary>
public sealed partial class Condition
{
    private Condition(string text) => Text = text;

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>Parses a condition.</summary>
    /// <param name="text">The text of the configuration.</param>
    /// <returns>The condition, or what is wrong with it and where.</returns>
    public static ConditionParseResult Parse(string text) => new(new Condition(text), null);
}

/// <summary>A condition, or what is wrong with its text.</summary>
/// <param name="Condition">The condition; null if there is a fault.</param>
/// <param name="Fault">The fault; null if there is a condition.</param>
public readonly record struct ConditionParseResult(Condition? Condition, ConditionFault? Fault);

/// <summary>What is wrong with a condition's text.</summary>
/// <param name="Column">Where, in characters from 1.</param>
/// <param name="Message">What was found, and what would be right.</param>
public sealed record ConditionFault(int Column, string Message);
