using System.Globalization;
using Baton.Continuity.Learn;

namespace Baton.Processor.Analyze.Reports;

/// <summary>Times of one relay's handoffs: their quantiles to within one percent, their maximum exactly.</summary>
internal sealed class Times
{
    private readonly QuantileSketch _sketch = new();
    private long _longest;

    /// <summary>Adds a time; one that is not known (negative) is none.</summary>
    public void Add(long nanos)
    {
        if (nanos < 0)
            return;
        _sketch.Add(nanos);
        _longest = Math.Max(_longest, nanos);
    }

    /// <summary>Median, 99th percentile and maximum, as they stand in the table.</summary>
    public string[] Texts() => _sketch.Count == 0 ? ["-", "-", "-"] : [Shown(0.5), Shown(0.99), Figures.Duration(_longest)];

    private string Shown(double quantile) => Figures.Duration(Math.Min(_sketch.Quantile(quantile), _longest));
}

/// <summary>Numbers as a person reads them.</summary>
internal static class Figures
{
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>With thousands separated.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>With a fitting unit and about three digits: 130ms, 8.3s, 13m30s, 2h05m, 3d4h.</summary>
    public static string Duration(long nanos) => nanos switch
    {
        0 => "0s",
        < Millisecond => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, nanos / Microsecond)}us"),
        < Second => string.Create(CultureInfo.InvariantCulture, $"{nanos / Millisecond}ms"),
        < Minute => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(nanos / (double)Second * 10) / 10}s"),
        < Hour when nanos % Minute < Second => string.Create(CultureInfo.InvariantCulture, $"{nanos / Minute}m"),
        < Hour => string.Create(CultureInfo.InvariantCulture, $"{nanos / Minute}m{nanos % Minute / Second:00}s"),
        < Day => string.Create(CultureInfo.InvariantCulture, $"{nanos / Hour}h{nanos % Hour / Minute:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanos / Day}d{nanos % Day / Hour}h"),
    };

    /// <summary>A point in time, UTC, to the second; without the zone, which the heading tells.</summary>
    public static string Time(long unixNanos) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixNanos / Millisecond).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
