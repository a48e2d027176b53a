using System.Globalization;
using System.Text;

namespace Baton.Continuity.Conditions;

/// <summary>
/// The value of a string between double quotes. Escapes are Go's, which OTTL has taken over: \a \b \f \n \r \t \v \\ \" \ooo \xhh
/// \uhhhh \Uhhhhhhhh (The Go Programming Language Specification, "Rune literals"). \ooo and \xhh are single bytes.
/// </summary>
internal sealed class StringLiteral
{
    private const string Known = "known are \\\\ \\\" \\n \\r \\t \\a \\b \\f \\v \\ooo \\xhh \\uhhhh \\Uhhhhhhhh; a backslash itself is \\\\";

    private readonly List<byte> _bytes = [];
    private readonly List<int> _sources = [];
    private readonly string _quoted;
    private int _at = 1;

    private StringLiteral(string quoted) => _quoted = quoted;

    /// <summary>The string's bytes.</summary>
    public byte[] Bytes => [.. _bytes];

    /// <summary>What is wrong, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Where the fault stands in the quoted text, from 0.</summary>
    public int FaultAt { get; private set; }

    /// <summary>Reads a string with its quotes.</summary>
    public static StringLiteral Read(string quoted)
    {
        var literal = new StringLiteral(quoted);
        while (literal.Fault is null && literal._at < quoted.Length - 1)
        {
            literal.ReadOne();
        }
        return literal;
    }

    /// <summary>Where a character of the string's value stands in the quoted text.</summary>
    /// <param name="value">The string's value.</param>
    /// <param name="index">A character of it, or its length.</param>
    public int SourceOf(string value, int index)
    {
        var at = Encoding.UTF8.GetByteCount(value.AsSpan(0, Math.Min(index, value.Length)));
        return at < _sources.Count ? _sources[at] : _quoted.Length - 1;
    }

    private void ReadOne()
    {
        if (_quoted[_at] is '\n' or '\r')
        {
            Refuse("a string ends on the line on which it begins; a line break within it is \\n");
        }
        else if (_quoted[_at] == '\\')
        {
            ReadEscape();
        }
        else
        {
            Rune.DecodeFromUtf16(_quoted.AsSpan(_at), out var rune, out var length);
            Add(rune, length);
        }
    }

    private void ReadEscape()
    {
        const string Letters = "abfnrtv\\\"";
        const string Values = "\a\b\f\n\r\t\v\\\"";
        var letter = _quoted[_at + 1];
        if (Letters.IndexOf(letter) is var simple and >= 0)
        {
            Add(new Rune(Values[simple]), 2);
            return;
        }
        switch (letter)
        {
            case 'x':
                ReadByte(Hex(2, 2), 4);
                break;
            case 'u':
                ReadRune(4);
                break;
            case 'U':
                ReadRune(8);
                break;
            case >= '0' and <= '7':
                ReadByte(Octal(1, 3), 4);
                break;
            default:
                Refuse($"\\{letter} is not an escape; {Known}");
                break;
        }
    }

    private void ReadByte(long value, int length)
    {
        if (value is < 0 or > 255)
        {
            Refuse($"an escape is cut off or out of range; {Known}");
            return;
        }
        _bytes.Add((byte)value);
        _sources.Add(_at);
        _at += length;
    }

    private void ReadRune(int digits)
    {
        var value = Hex(2, digits);
        if (value < 0 || !Rune.IsValid((int)Math.Min(value, int.MaxValue)))
        {
            Refuse($"\\{_quoted[_at + 1]} needs {digits} hexadecimal digits of a Unicode character");
            return;
        }
        Add(new Rune((int)value), 2 + digits);
    }

    private long Hex(int skip, int digits) =>
        _at + skip + digits < _quoted.Length
        && uint.TryParse(_quoted.AsSpan(_at + skip, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : -1;

    private long Octal(int skip, int digits)
    {
        var value = 0;
        for (var i = _at + skip; i < _at + skip + digits; i++)
        {
            if (i >= _quoted.Length - 1 || _quoted[i] is < '0' or > '7')
            {
                return -1;
            }
            value = value * 8 + _quoted[i] - '0';
        }
        return value;
    }

    private void Add(Rune rune, int length)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
        {
            _bytes.Add(octet);
            _sources.Add(_at);
        }
        _at += length;
    }

    private void Refuse(string message)
    {
        Fault = message;
        FaultAt = _at;
    }
}
