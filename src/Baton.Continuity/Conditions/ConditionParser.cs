using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>
/// Recursive descent over a condition's tokens: `or` binds weakest, then `and`, then `not`, then comparisons.
/// The first fault ends it; every method returns null from there on.
/// </summary>
internal sealed partial class ConditionParser
{
    /// <summary>How deep parentheses and `not` may nest.</summary>
    public const int MaxDepth = 64;

    private readonly ConditionLexer _lexer;
    private Token _token;
    private int _depth;

    public ConditionParser(string text)
    {
        _lexer = new ConditionLexer(text);
        Advance();
    }

    /// <summary>The first fault; null if there was none.</summary>
    public ConditionFault? Fault { get; private set; }

    /// <summary>The whole condition, or null and a fault.</summary>
    public Expression? ParseAll()
    {
        var root = ParseAny();
        if (root is not null && _token.Kind != TokenKind.End)
        {
            var hint = _token.Text is { Length: 2 or 3 } word && word.ToUpperInvariant() is "AND" or "OR" ? $"; did you mean {word.ToLowerInvariant()}?" : "";
            return Refuse(_token, $"expected and, or, or the end of the condition, not {Shown(_token)}{hint}");
        }
        return Fault is null ? root : null;
    }

    private Expression? ParseAny() => ParseChain("or", ParseEvery, parts => new Expression.Any(parts));

    private Expression? ParseEvery() => ParseChain("and", ParseNot, parts => new Expression.All(parts));

    private Expression? ParseChain(string word, Func<Expression?> parsePart, Func<IReadOnlyList<Expression>, Expression> join)
    {
        var first = parsePart();
        if (first is null || !_token.Is(word))
        {
            return first;
        }
        var parts = new List<Expression> { first };
        while (_token.Is(word))
        {
            Advance();
            if (parsePart() is not { } part)
            {
                return null;
            }
            parts.Add(part);
        }
        return join(parts);
    }

    private Expression? ParseNot()
    {
        if (!_token.Is("not"))
        {
            return ParseTerm();
        }
        var start = Advance();
        return Nested(start, () => ParseNot() is { } part ? new Expression.Not(part) : null);
    }

    private Expression? ParseTerm()
    {
        if (!_token.Is("("))
        {
            return ParseComparison();
        }
        var start = Advance();
        return Nested(start, () => ParseAny() is { } inner && Expect(")", "to close the parenthesis") ? inner : null);
    }

    private Expression? Nested(Token start, Func<Expression?> parse)
    {
        if (_depth == MaxDepth)
        {
            return Refuse(start, $"nested deeper than {MaxDepth} levels");
        }
        _depth++;
        var inner = parse();
        _depth--;
        return inner;
    }

    private Expression? ParseComparison()
    {
        var start = _token;
        if (ParseOperand() is not { } left)
        {
            return null;
        }
        if (ComparatorOf(_token) is not { } comparator)
        {
            return AsExpression(start, left);
        }
        var symbol = Advance();
        var rightStart = _token;
        if (ParseOperand() is not { } right)
        {
            return null;
        }
        return ComparisonTypes.FaultOf(left, right) is { } fault
            ? Refuse(right is Operand.Literal ? rightStart : left is Operand.Literal ? start : symbol, fault)
            : new Expression.Comparison(ComparisonTypes.Normalize(left, right), comparator, ComparisonTypes.Normalize(right, left));
    }

    private Expression? AsExpression(Token start, Operand operand) => operand switch
    {
        Operand.Outcome outcome => outcome.Expression,
        Operand.Literal { Type: ValueKind.Bool } constant => new Expression.Constant(constant.Bits != 0),
        Operand.Field { Type: ValueKind.Bool } path => new Expression.Truth(path.Path),
        Operand.Field when _token.Kind == TokenKind.End || _token.Is("and") || _token.Is("or") || _token.Is(")") =>
            Refuse(start, "a path alone is not a condition; compare it, as in == \"…\", == true or != nil"),
        _ => Refuse(_token, $"expected ==, !=, <, <=, > or >=, not {Shown(_token)}"),
    };

    private static Comparator? ComparatorOf(Token token) => token.Kind != TokenKind.Symbol ? null : token.Text switch
    {
        "==" => Comparator.Equal,
        "!=" => Comparator.NotEqual,
        "<" => Comparator.Less,
        "<=" => Comparator.LessOrEqual,
        ">" => Comparator.Greater,
        ">=" => Comparator.GreaterOrEqual,
        _ => null,
    };

    private Token Advance()
    {
        var current = _token;
        _token = _lexer.Next();
        if (_token.Kind == TokenKind.Fault)
        {
            Refuse(_token, _token.Text);
        }
        return current;
    }

    private bool Expect(string symbol, string purpose)
    {
        if (!_token.Is(symbol))
        {
            Refuse(_token, $"expected {symbol} {purpose}, not {Shown(_token)}");
            return false;
        }
        Advance();
        return true;
    }

    private Expression? Refuse(Token token, string message) => Refuse(token.Start, message);

    private Expression? Refuse(int at, string message)
    {
        // A token is read ahead: what is wrong before it was found later.
        if (Fault is null || at + 1 < Fault.Column)
        {
            Fault = new ConditionFault(at + 1, message);
        }
        return null;
    }

    private static string Shown(Token token) => token.Kind == TokenKind.End ? "the end" : token.Text;
}
