using System.Text;

namespace Baton.Continuity.Conditions;

/// <summary>
/// A regular expression that is only a text, perhaps anchored: `^orders`, `\.dlq$`. Most are, and comparing bytes
/// costs a tenth of what the general matcher needs, on every span.
/// </summary>
/// <param name="text">The text, in UTF-8.</param>
/// <param name="atStart">It stands at the start (`^`).</param>
/// <param name="atEnd">It stands at the end (`$`), where .NET allows one line break after it.</param>
internal sealed class LiteralPattern(byte[] text, bool atStart, bool atEnd)
{
    private const string Special = @".$^{[(|)*+?\";

    /// <summary>Reads a pattern; null if it is more than a text.</summary>
    public static LiteralPattern? Read(string pattern)
    {
        var atStart = pattern.StartsWith('^');
        var literal = new StringBuilder();
        for (var i = atStart ? 1 : 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '$' && i == pattern.Length - 1)
            {
                return new(Encoding.UTF8.GetBytes(literal.ToString()), atStart, atEnd: true);
            }
            if (pattern[i] == '\\' && i + 1 < pattern.Length && char.IsAscii(pattern[i + 1]) && !char.IsLetterOrDigit(pattern[i + 1]))
            {
                i++;
            }
            else if (Special.Contains(pattern[i], StringComparison.Ordinal))
            {
                return null;
            }
            literal.Append(pattern[i]);
        }
        return new(Encoding.UTF8.GetBytes(literal.ToString()), atStart, atEnd: false);
    }

    /// <summary>Whether the pattern occurs in a text.</summary>
    public bool Matches(ReadOnlySpan<byte> value) => atEnd
        ? EndsWith(value) || (value is [.., (byte)'\n'] && EndsWith(value[..^1]))
        : atStart ? value.StartsWith(text) : value.IndexOf(text) >= 0;

    private bool EndsWith(ReadOnlySpan<byte> value) => atStart ? value.SequenceEqual(text) : value.EndsWith(text);
}
