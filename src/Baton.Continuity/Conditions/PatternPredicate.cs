using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Conditions;

/// <summary>
/// `IsMatch`: the regular expression occurs in the value's text. As in OTTL numbers and booleans are matched by their text.
/// The expression takes time linear in the text (NonBacktracking). It is this predicate's own: a Regex that threads share would allocate.
/// </summary>
internal sealed class PatternPredicate(BoundPath path, string pattern) : Predicate
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const int OnStack = 256;

    private readonly Regex _regex = new(pattern, Options);
    private readonly LiteralPattern? _literal = LiteralPattern.Read(pattern);

    /// <summary>What is wrong with a pattern; null if it can be used.</summary>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="offset">Where in the pattern, in characters from 0.</param>
    public static string? FaultOf(string pattern, out int offset)
    {
        offset = 0;
        try
        {
            _ = new Regex(pattern, Options);
            return null;
        }
        catch (RegexParseException fault)
        {
            offset = fault.Offset;
            return $"not a regular expression: {fault.Error}; a backslash stands doubled in a string: \"\\\\.dlq$\"";
        }
        catch (NotSupportedException)
        {
            return "matching takes linear time, as with RE2: a regular expression has no look-around, back-references or atomic groups, and no repetitions of thousands";
        }
    }

    public override bool Matches(in SpanView span)
    {
        var value = span.Get(path);
        return value.Kind == ValueKind.String ? MatchesText(value.Text) : MatchesShown(value);
    }

    private bool MatchesShown(in FieldValue value)
    {
        Span<char> number = stackalloc char[32];
        int length;
        switch (value.Kind)
        {
            case ValueKind.Bool:
                return _regex.IsMatch(value.Bits != 0 ? "true" : "false");
            case ValueKind.Int:
                value.Bits.TryFormat(number, out length, default, CultureInfo.InvariantCulture);
                return _regex.IsMatch(number[..length]);
            case ValueKind.Double:
                BitConverter.Int64BitsToDouble(value.Bits).TryFormat(number, out length, default, CultureInfo.InvariantCulture);
                return _regex.IsMatch(number[..length]);
            default:
                return false;
        }
    }

    // UTF-16 never has more units than UTF-8 has bytes.
    private bool MatchesText(ReadOnlySpan<byte> text)
    {
        if (_literal is not null)
        {
            return _literal.Matches(text);
        }
        char[]? pooled = null;
        var chars = text.Length <= OnStack ? stackalloc char[OnStack] : pooled = ArrayPool<char>.Shared.Rent(text.Length);
        var matches = _regex.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
        if (pooled is not null)
        {
            ArrayPool<char>.Shared.Return(pooled);
        }
        return matches;
    }
}
