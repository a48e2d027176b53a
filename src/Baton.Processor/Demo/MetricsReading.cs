using System.Globalization;

namespace Baton.Processor.Demo;

/// <summary>A series that has grown while a job was played.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Labels">Its labels, <c>name=value</c>.</param>
/// <param name="By">How much it grew.</param>
internal sealed record MetricMove(string Name, IReadOnlyList<string> Labels, double By);

/// <summary>One reading of <c>/metrics</c> (Prometheus text).</summary>
internal sealed class MetricsReading(string page)
{
    private static readonly string[] Endings = ["_total", "_count", "_sum"];

    private readonly Dictionary<string, double> _series = Read(page);

    /// <summary>What has grown since an earlier reading, of the counters and histograms that speak of a relay's jobs.</summary>
    public IReadOnlyList<MetricMove> Since(MetricsReading earlier) =>
    [
        .. _series.Select(series => MoveOf(series.Key, series.Value - earlier._series.GetValueOrDefault(series.Key))).OfType<MetricMove>(),
    ];

    private static MetricMove? MoveOf(string series, double by)
    {
        var brace = series.IndexOf('{', StringComparison.Ordinal);
        if (by == 0 || brace < 0 || !Endings.Any(ending => series.AsSpan(0, brace).EndsWith(ending, StringComparison.Ordinal)))
            return null;
        var labels = series[(brace + 1)..^1].Replace("\"", "", StringComparison.Ordinal).Split(',');
        return labels.Any(label => label.StartsWith("relay=", StringComparison.Ordinal)) ? new MetricMove(series[..brace], labels, by) : null;
    }

    // Label values of the demo hold neither quotes, commas nor blanks, so no more of the format needs to be read.
    private static Dictionary<string, double> Read(string page)
    {
        var series = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in page.Split('\n'))
        {
            var blank = line.LastIndexOf(' ');
            if (blank > 0 && line[0] != '#' && double.TryParse(line.AsSpan(blank + 1), CultureInfo.InvariantCulture, out var value))
                series[line[..blank]] = value;
        }
        return series;
    }
}
