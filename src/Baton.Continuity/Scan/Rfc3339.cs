namespace Baton.Continuity.Scan;

/// <summary>
/// Reads a point in time as RFC 3339 writes it (section 5.6, with the space that its note allows), in place: a date, a time of day with
/// any number of decimals, and an offset.
/// </summary>
internal static class Rfc3339
{
    private const long Second = 1_000_000_000;

    // The range of years whose nanoseconds a signed number holds; others are cut to it.
    private const int FirstYear = 1678;
    private const int LastYear = 2261;

    /// <summary>Reads a time.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="unixNanos">Unix nanoseconds; digits beyond the ninth decimal are dropped.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixNanos)
    {
        unixNanos = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || text[13] != ':' || text[16] != ':'
            || !Digits(text[..4], 9999, out var year) || !Digits(text[5..7], 12, out var month) || !Digits(text[8..10], 31, out var day)
            || !Digits(text[11..13], 23, out var hour) || !Digits(text[14..16], 59, out var minute) || !Digits(text[17..19], 60, out var second))
        {
            return false;
        }
        if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }
        var rest = text[19..];
        var nanos = Decimals(ref rest);
        if (nanos < 0 || !Offset(rest, out var offset))
        {
            return false;
        }
        var date = new DateTime(Math.Clamp(year, FirstYear, LastYear), month, Math.Min(day, 28), hour, minute, 0, DateTimeKind.Utc).AddDays(day - Math.Min(day, 28));
        var seconds = (date - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond + second - offset;
        unixNanos = seconds * Second + nanos;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int max, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }
            value = value * 10 + digit - '0';
        }
        return value <= max;
    }

    /// <summary>Takes the decimals of the second, as nanoseconds; -1 for a point without any.</summary>
    private static long Decimals(ref ReadOnlySpan<byte> text)
    {
        if (text[0] != '.')
        {
            return 0;
        }
        var (nanos, unit, length) = (0L, Second / 10, 1);
        for (; length < text.Length && char.IsAsciiDigit((char)text[length]); length++)
        {
            nanos += (text[length] - '0') * unit;
            unit /= 10;
        }
        text = text[length..];
        return length > 1 ? nanos : -1;
    }

    /// <summary>Reads the offset from UTC, in seconds, which is all that is left.</summary>
    private static bool Offset(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text[1..3], 23, out var hours) || !Digits(text[4..], 59, out var minutes))
        {
            return false;
        }
        seconds = (text[0] == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
        return true;
    }
}
