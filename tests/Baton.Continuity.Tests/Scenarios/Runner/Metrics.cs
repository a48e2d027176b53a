using System.Globalization;
using System.Text;
using Baton.Processor.Telemetry;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>Baton's own series of a metrics page: labels in the order of the alphabet, so that two pages compare.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _values = [];

    private Metrics(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var (series, value) = Parse(line);
            _values[series] = value;
        }
    }

    public static Metrics Read(Instruments instruments)
    {
        using var page = new MemoryStream();
        instruments.Registry.CollectAndExportAsTextAsync(page).GetAwaiter().GetResult();
        var lines = Encoding.UTF8.GetString(page.ToArray()).Split('\n');
        return new Metrics(lines.Where(line => line.StartsWith("baton_", StringComparison.Ordinal)));
    }

    /// <summary>The lines that are expected and not so, each with what is.</summary>
    public IEnumerable<string> Missing(IEnumerable<string> expected)
    {
        foreach (var line in expected)
        {
            var (series, value) = Parse(line);
            var actual = _values.GetValueOrDefault(series);
            if (Math.Abs(actual - value) > 1e-6 * Math.Max(1, Math.Abs(value)))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{series} is {actual}, not {value}");
            }
        }
    }

    /// <summary>Counters that have counted, and that nobody expected to: nothing more may be told than what is named.</summary>
    public IEnumerable<string> Unexpected(IEnumerable<string> expected)
    {
        var named = expected.Select(line => Parse(line).Series).ToHashSet();
        return from entry in _values
               where entry.Value != 0 && entry.Key.Split('{')[0].EndsWith("_total", StringComparison.Ordinal) && !named.Contains(entry.Key)
               select string.Create(CultureInfo.InvariantCulture, $"- {entry.Key} {entry.Value}");
    }

    private static (string Series, double Value) Parse(string line)
    {
        var space = line.LastIndexOf(' ');
        if (space < 0 || !double.TryParse(line[space..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw new InvalidDataException($"\"{line}\" is no line of a metrics page: write name{{label=\"value\"}} number.");
        }
        var parts = line[..space].TrimEnd().Split('{', 2);
        if (parts.Length == 1)
        {
            return (parts[0], value);
        }
        var labels = parts[1].TrimEnd('}').Split(',').Select(label => label.Trim()).Where(label => label.Length > 0).Order(StringComparer.Ordinal);
        return ($"{parts[0]}{{{string.Join(", ", labels)}}}", value);
    }
}
