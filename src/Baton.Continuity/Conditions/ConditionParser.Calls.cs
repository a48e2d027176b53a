using System.Text;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

// Functions of a span.
internal sealed partial class ConditionParser
{
    private static readonly string[] Functions = ["IsMatch", "HasPrefix", "HasSuffix", "IsRootSpan"];

    private Expression? ParseCall(Token name)
    {
        if (!Functions.Contains(name.Text, StringComparer.Ordinal))
        {
            return Refuse(name, $"{name.Text} is not a function; {Suggestion.For(name.Text, Functions)}");
        }
        Advance();
        if (name.Text == "IsRootSpan")
        {
            return Expect(")", "as IsRootSpan has no arguments") ? new Expression.RootSpan() : null;
        }
        if (ParseTarget(name) is not { } path || !Expect(",", $"and a string: {name.Text}(path, \"…\")"))
        {
            return null;
        }
        var textStart = _token;
        if (textStart.Kind != TokenKind.Text)
        {
            return Refuse(textStart, $"expected a string between double quotes as the second argument of {name.Text}, not {Shown(textStart)}");
        }
        if (ParseText() is not { } text || !Expect(")", $"after the two arguments of {name.Text}"))
        {
            return null;
        }
        return name.Text == "IsMatch"
            ? Pattern(path, text, textStart)
            : new Expression.Affix(path, text.Bytes, name.Text == "HasSuffix");
    }

    private SpanPath? ParseTarget(Token name)
    {
        var start = _token;
        if (start.Kind != TokenKind.Word || Reserved.Contains(start.Text, StringComparer.Ordinal))
        {
            return RefusePath(start, $"expected a path as the first argument of {name.Text}, not {Shown(start)}");
        }
        Advance();
        return ParsePath(start) switch
        {
            { Type: not (ValueKind.String or ValueKind.Unknown) } => RefusePath(start, $"{name.Text} needs a path that is a string"),
            var path => path,
        };
    }

    private Expression? Pattern(SpanPath path, StringLiteral text, Token textStart)
    {
        string pattern;
        try
        {
            pattern = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text.Bytes);
        }
        catch (ArgumentException)
        {
            return Refuse(textStart, "a regular expression cannot hold bytes that are not UTF-8");
        }
        return PatternPredicate.FaultOf(pattern, out var offset) is { } fault
            ? Refuse(textStart.Start + text.SourceOf(pattern, offset), fault)
            : new Expression.Matches(path, pattern);
    }
}
