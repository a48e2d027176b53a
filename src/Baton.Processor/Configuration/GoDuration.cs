using System.Buffers;
using System.Globalization;
using System.Text;

namespace Baton.Processor.Configuration;

/// <summary>Durations as Go, and so the Collector, writes them: <c>500ms</c>, <c>10s</c>, <c>13m30s</c>, <c>1.5h</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    // Longest suffix first: "ms" before "m" and "s". Both spellings of micro: U+00B5 and U+03BC.
    private static readonly (string Suffix, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10m), ("\u00b5s", 10m), ("\u03bcs", 10m), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    private static readonly (string Suffix, long Ticks)[] Parts =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    /// <summary>
    /// Parses a duration that is not negative; finer than 100 ns is cut off. False when it is malformed or longer than 290 years.
    /// </summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text == "0")
            return true;
        if (text.Length == 0)
            return false;
        var total = 0m;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            // More digits than 18 could overflow the product below.
            if (digits is <= 0 or > 18
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var unit = -1;
            for (var i = 0; i < Units.Length && unit < 0; i++)
                unit = rest.StartsWith(Units[i].Suffix, StringComparison.Ordinal) ? i : -1;
            if (unit < 0)
                return false;
            rest = rest[Units[unit].Suffix.Length..];
            total += number * Units[unit].Ticks;
            if (total > TimeSpan.MaxValue.Ticks / 100) // So that it fits into 64 bits of nanoseconds.
                return false;
        }
        duration = new TimeSpan((long)total);
        return true;
    }

    /// <summary>The shortest form that <see cref="TryParse"/> reads back to the same: <c>13m30s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        var rest = duration.Ticks;
        foreach (var (suffix, ticks) in Parts)
        {
            if (rest >= ticks)
                text.Append(CultureInfo.InvariantCulture, $"{rest / ticks}{suffix}");
            rest %= ticks;
        }
        if (rest > 0)
            text.Append(CultureInfo.InvariantCulture, $"{rest * TimeSpan.NanosecondsPerTick}ns");
        return text.Length == 0 ? "0s" : text.ToString();
    }
}
