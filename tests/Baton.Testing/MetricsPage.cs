using System.Globalization;
using System.Text.RegularExpressions;

namespace Baton.Testing;

/// <summary>A Prometheus text page, as one scrape found it.</summary>
public sealed partial class MetricsPage(string text)
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples =
        [.. SampleLine().Matches(text).Select(Read)];

    /// <summary>The page as served.</summary>
    public string Text { get; } = text;

    /// <summary>
    /// The sum over the samples of that name that have all the given labels (others may be there too); 0 where there is none.
    /// </summary>
    public double Sum(string name, params (string Name, string Value)[] labels) =>
        _samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).Sum(s => s.Value);

    private static (string, Dictionary<string, string>, double) Read(Match line) => (
        line.Groups["name"].Value,
        Label().Matches(line.Groups["labels"].Value).ToDictionary(l => l.Groups["name"].Value, l => Unescape(l.Groups["value"].Value)),
        line.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number, CultureInfo.InvariantCulture),
        });

    private static string Unescape(string value) =>
        value.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>([^"}]|"([^"\\]|\\.)*")*)\})? (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>\w+)="(?<value>([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex Label();
}
