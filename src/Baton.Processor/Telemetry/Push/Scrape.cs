using System.Globalization;
using System.Text;
using Prometheus;

namespace Baton.Processor.Telemetry.Push;

/// <summary>A metric as a scrape shows it.</summary>
/// <param name="Name">Its name; of a counter without <c>_total</c>, as OpenMetrics has it.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">What it is.</param>
/// <param name="Samples">Its lines, in the order of the page.</param>
internal sealed record ScrapedMetric(string Name, string Type, string Help, List<Sample> Samples);

/// <summary>A line of a scrape.</summary>
/// <param name="Name">The metric's name with its suffix: <c>_total</c>, <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</param>
/// <param name="Labels">The labels with their values, in order.</param>
/// <param name="Value">The number.</param>
/// <param name="Exemplar">The exemplar beside it.</param>
internal sealed record Sample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value, SampleExemplar? Exemplar);

/// <summary>An observation that stands for others.</summary>
/// <param name="TraceId">The trace in which it was made: 32 hexadecimal digits.</param>
/// <param name="Value">What was observed.</param>
/// <param name="UnixSeconds">When.</param>
internal sealed record SampleExemplar(string TraceId, double Value, double UnixSeconds);

/// <summary>
/// Reads the registry by way of the page that it writes for OpenMetrics scrapers: prometheus-net shows a histogram's buckets and the
/// exemplars nowhere else. What is pushed is therefore what a scrape at that moment would have said.
/// </summary>
internal static class Scrape
{
    /// <summary>Everything in the registry, now.</summary>
    public static async Task<IReadOnlyList<ScrapedMetric>> ReadAsync(CollectorRegistry registry, CancellationToken cancellation)
    {
        using var page = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(page, ExpositionFormat.OpenMetricsText, cancellation);
        return Parse(Encoding.UTF8.GetString(page.GetBuffer().AsSpan(0, (int)page.Length)));
    }

    /// <summary>Reads a page as prometheus-net writes it: help, type and samples of one metric after the other.</summary>
    /// <exception cref="FormatException">It is not such a page.</exception>
    public static IReadOnlyList<ScrapedMetric> Parse(string page)
    {
        var metrics = new List<ScrapedMetric>();
        var help = "";
        foreach (var line in page.Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                help = Words(line)[3];
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                metrics.Add(new ScrapedMetric(Words(line)[2], Words(line)[3], help, []));
            else if (line.Length > 0 && line[0] != '#')
                metrics[^1].Samples.Add(new SampleLine(line).Read());
        }
        return metrics;

        static string[] Words(string line) => [.. line.Split(' ', 4), ""];
    }

    /// <summary>Text as it was before it was written to a page.</summary>
    internal static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = text[i] == '\\' && i + 1 < text.Length;
            plain.Append(escaped ? text[++i] == 'n' ? '\n' : text[i] : text[i]);
        }
        return plain.ToString();
    }

    /// <summary>A number as a page writes it.</summary>
    internal static double Number(ReadOnlySpan<char> text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
