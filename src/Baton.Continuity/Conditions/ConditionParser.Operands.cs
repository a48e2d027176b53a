using System.Globalization;
using System.Text;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

// Values: literals, enums, paths and calls.
internal sealed partial class ConditionParser
{
    private static readonly Dictionary<string, long> Enums = new(StringComparer.Ordinal)
    {
        ["SPAN_KIND_UNSPECIFIED"] = 0,
        ["SPAN_KIND_INTERNAL"] = 1,
        ["SPAN_KIND_SERVER"] = 2,
        ["SPAN_KIND_CLIENT"] = 3,
        ["SPAN_KIND_PRODUCER"] = 4,
        ["SPAN_KIND_CONSUMER"] = 5,
        ["STATUS_CODE_UNSET"] = 0,
        ["STATUS_CODE_OK"] = 1,
        ["STATUS_CODE_ERROR"] = 2,
    };

    private static readonly string[] Reserved = ["and", "or", "not", "true", "false", "nil"];

    private Operand? ParseOperand()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Text:
                return ParseText() is { } text ? new Operand.Literal(ValueKind.String, 0, text.Bytes) : null;
            case TokenKind.Int:
                return ParseInt();
            case TokenKind.Double:
                return ParseDouble();
            case TokenKind.Word:
                Advance();
                return ParseWord(token);
            default:
                Refuse(token, $"expected a path, a value or a function, not {Shown(token)}");
                return null;
        }
    }

    private Operand.Literal? ParseInt()
    {
        var token = Advance();
        if (!long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            Refuse(token, $"{token.Text} is out of range: integers have 64 bits");
            return null;
        }
        return new(ValueKind.Int, value, []);
    }

    private Operand.Literal? ParseDouble()
    {
        var token = Advance();
        var value = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            Refuse(token, $"{token.Text} is out of range: doubles reach to 1.8e308");
            return null;
        }
        return new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value), []);
    }

    private StringLiteral? ParseText()
    {
        var token = Advance();
        var literal = StringLiteral.Read(token.Text);
        if (literal.Fault is not null)
        {
            Refuse(token.Start + literal.FaultAt, literal.Fault);
            return null;
        }
        return literal;
    }

    private Operand? ParseWord(Token word)
    {
        switch (word.Text)
        {
            case "true" or "false":
                return new Operand.Literal(ValueKind.Bool, word.Text == "true" ? 1 : 0, []);
            case "nil":
                return new Operand.Literal(ValueKind.Nil, 0, []);
            case "and" or "or" or "not":
                Refuse(word, $"expected a path, a value or a function before {word.Text}");
                return null;
        }
        if (_token.Is("("))
        {
            return ParseCall(word) is { } call ? new Operand.Outcome(call) : null;
        }
        if (Enums.TryGetValue(word.Text, out var value))
        {
            return new Operand.Literal(ValueKind.Int, value, []);
        }
        return ParsePath(word) is { } path ? new Operand.Field(path) : null;
    }

    private SpanPath? ParsePath(Token start)
    {
        var name = new StringBuilder(start.Text);
        while (_token.Is("."))
        {
            Advance();
            if (_token.Kind != TokenKind.Word)
            {
                Refuse(_token, $"expected a name after the dot, not {Shown(_token)}");
                return null;
            }
            name.Append('.').Append(Advance().Text);
        }
        return SpanPath.Known.TryGetValue(name.ToString(), out var kind) ? ParseKey(kind, name.ToString()) : UnknownWord(start, name.ToString());
    }

    private SpanPath? ParseKey(PathKind kind, string name)
    {
        if (!SpanPath.TakesKey(kind))
        {
            return _token.Is("[") ? (SpanPath?)RefusePath(_token, $"{name} has no parts in brackets") : new SpanPath(kind);
        }
        if (!_token.Is("["))
        {
            return RefusePath(_token, $"expected a key, as in {name}[\"service.name\"], not {Shown(_token)}");
        }
        Advance();
        if (_token.Kind != TokenKind.Text)
        {
            return RefusePath(_token, $"expected a key between double quotes, as in {name}[\"service.name\"], not {Shown(_token)}");
        }
        if (ParseText() is not { } key || !Expect("]", "after the key"))
        {
            return null;
        }
        return _token.Is("[")
            ? RefusePath(_token, "the inside of an attribute cannot be asked for; compare attributes that are strings, numbers or booleans")
            : new SpanPath(kind, Encoding.UTF8.GetString(key.Bytes));
    }

    private SpanPath? UnknownWord(Token start, string name)
    {
        const string Attributes = ".attributes.";
        var at = name.IndexOf(Attributes, StringComparison.Ordinal);
        if (at > 0 || name.StartsWith(Attributes[1..], StringComparison.Ordinal))
        {
            var keyAt = at > 0 ? at + Attributes.Length : Attributes.Length - 1;
            return RefusePath(start, $"a key stands in brackets: {name[..(keyAt - 1)]}[\"{name[keyAt..]}\"]");
        }
        var words = SpanPath.Known.Keys.Concat(Enums.Keys).Concat(Reserved);
        var hint = name is "null" or "None" or "NULL" ? "did you mean nil?" : Suggestion.For(name, words);
        return RefusePath(start, $"{name} is not a path or a value; {hint}");
    }

    private SpanPath? RefusePath(Token token, string message)
    {
        Refuse(token, message);
        return null;
    }
}
