using System.Text;

namespace Baton.Continuity.Conditions;

/// <summary>The kinds of token of a condition.</summary>
internal enum TokenKind
{
    End,
    Word,
    Text,
    Int,
    Double,
    Symbol,

    /// <summary>Not a token of the language: the text is the message.</summary>
    Fault,
}

/// <summary>A token: where it stands, from 0, and its text as written (for <see cref="TokenKind.Fault"/>, the message).</summary>
internal readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol or TokenKind.Word && Text == symbol;
}

/// <summary>Cuts a condition into tokens, as OTTL's lexer does.</summary>
internal sealed class ConditionLexer(string text)
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ".", ","];

    private int _at;

    public Token Next()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
        if (_at == text.Length)
        {
            return new(TokenKind.End, _at, "");
        }
        var first = text[_at];
        return first switch
        {
            '"' => Quoted(),
            _ when char.IsAsciiLetter(first) || first == '_' => Take(TokenKind.Word, WordEnd(_at)),
            _ when StartsNumber() => Number(),
            _ => Symbol(),
        };
    }

    private Token Take(TokenKind kind, int end)
    {
        var token = new Token(kind, _at, text[_at..end]);
        _at = end;
        return token;
    }

    private Token Fault(string message) => new(TokenKind.Fault, _at, message);

    private int WordEnd(int from)
    {
        while (from < text.Length && (char.IsAsciiLetterOrDigit(text[from]) || text[from] == '_'))
        {
            from++;
        }
        return from;
    }

    private Token Quoted()
    {
        var end = _at + 1;
        while (end < text.Length && text[end] != '"')
        {
            end += text[end] == '\\' ? 2 : 1;
        }
        return end < text.Length ? Take(TokenKind.Text, end + 1) : Fault("the string that begins here has no closing \"");
    }

    private bool StartsNumber()
    {
        var digits = _at + (text[_at] is '+' or '-' ? 1 : 0);
        return IsDigit(digits) || (digits < text.Length && text[digits] == '.' && IsDigit(digits + 1));
    }

    private Token Number()
    {
        var end = DigitsEnd(_at + 1);
        var isDouble = text[_at] == '.' || (end < text.Length && text[end] == '.' && IsDigit(end + 1));
        if (isDouble)
        {
            end = text[_at] == '.' ? end : DigitsEnd(end + 1);
            end = ExponentEnd(end);
        }
        return WordEnd(end) == end
            ? Take(isDouble ? TokenKind.Double : TokenKind.Int, end)
            : Fault($"{text[_at..WordEnd(end)]} is not a number; numbers are written as 42, -1 or 2.5");
    }

    private int ExponentEnd(int from)
    {
        var digits = from + 1;
        digits += digits < text.Length && text[digits] is '+' or '-' ? 1 : 0;
        return from < text.Length && text[from] is 'e' or 'E' && IsDigit(digits) ? DigitsEnd(digits) : from;
    }

    private int DigitsEnd(int from)
    {
        while (IsDigit(from))
        {
            from++;
        }
        return from;
    }

    private bool IsDigit(int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    private Token Symbol()
    {
        var rest = text.AsSpan(_at);
        foreach (var symbol in Symbols)
        {
            if (rest.StartsWith(symbol, StringComparison.Ordinal))
            {
                return Take(TokenKind.Symbol, _at + symbol.Length);
            }
        }
        return Fault(rest switch
        {
            ['=', '~', ..] => "=~ is not an operator; write IsMatch(path, \"regex\")",
            ['=', ..] => "= is not an operator; did you mean ==?",
            ['!', ..] => "! is not an operator; did you mean not?",
            ['&', ..] => "& is not an operator; did you mean and?",
            ['|', ..] => "| is not an operator; did you mean or?",
            ['\'' or '`', ..] => "strings stand between double quotes: \"…\"",
            ['+' or '-' or '*' or '/', ..] => $"{rest[0]} is not an operator here: conditions do not calculate",
            _ => $"{First(rest)} has no meaning in a condition",
        });
    }

    private static Rune First(ReadOnlySpan<char> rest)
    {
        Rune.DecodeFromUtf16(rest, out var rune, out _);
        return rune;
    }
}
