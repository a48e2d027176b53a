using System.Text.RegularExpressions;
using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Alerts;

/// <summary>
/// Finds what a text of PromQL names that does not exist: metrics that Baton does not export and no rule records, and labels that they do not
/// have. It knows no grammar: metrics are words that begin with <c>baton_</c>, or have a colon in them; labels stand in braces behind
/// a metric, or behind by, without, on, ignoring, group_left and group_right.
/// </summary>
internal sealed partial class QueryNames
{
    /// <summary>Labels that Prometheus adds to what it scrapes, and what the alert rules add themselves.</summary>
    private static readonly string[] OfPrometheus = ["job", "instance", "namespace", "pod", "le", "__name__", "alertname", "alertstate", "severity"];

    private readonly Dictionary<string, string[]> _labels = [];

    /// <summary>Reads docs/telemetry.md, which a test holds to the code, and the recording rules.</summary>
    public QueryNames()
    {
        foreach (Match row in Row().Matches(File.ReadAllText(Repository.PathOf("docs/telemetry.md"))))
        {
            string[] labels = [.. Word().Matches(row.Groups["labels"].Value).Select(label => label.Value)];
            foreach (var suffix in row.Groups["kind"].Value == "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""])
                _labels[row.Groups["name"].Value + suffix] = labels;
        }
        foreach (var recording in AlertRules.Recordings)
            _labels[recording.Name] = LabelsOf(recording.Expression);
    }

    /// <summary>What is wrong with the text, a line for each name.</summary>
    /// <param name="text">PromQL, or prose around it.</param>
    /// <param name="alsoLabels">Label names that the text may use on top: what a label_replace in it makes.</param>
    public IEnumerable<string> Faults(string text, params string[] alsoLabels)
    {
        foreach (var name in MetricsIn(text).Where(name => !_labels.ContainsKey(name) && !AreSeveral(name)).Distinct())
            yield return $"there is no metric {name}";
        foreach (Match selector in Selector().Matches(text))
        {
            if (!_labels.TryGetValue(selector.Groups["name"].Value, out var known)) continue;
            foreach (Match label in Matcher().Matches(selector.Groups["labels"].Value))
                if (!known.Contains(label.Groups["label"].Value) && !OfPrometheus.Contains(label.Groups["label"].Value))
                    yield return $"{selector.Groups["name"].Value} has no label {label.Groups["label"].Value}";
        }
        string[] all = [.. LabelsOf(text), .. OfPrometheus, .. alsoLabels];
        foreach (Match grouping in Grouping().Matches(text))
            foreach (Match label in Word().Matches(grouping.Groups["labels"].Value))
                if (!all.Contains(label.Value))
                    yield return $"nothing here has a label {label.Value}: {grouping.Value}";
        foreach (Match label in Template().Matches(text))
            if (!all.Contains(label.Groups["label"].Value))
                yield return $"nothing here has a label {label.Groups["label"].Value}: {label.Value}";
    }

    private string[] LabelsOf(string expression) =>
        [.. MetricsIn(expression).SelectMany(name => _labels.GetValueOrDefault(name, [])), .. Replaced().Matches(expression).Select(made => made.Groups["label"].Value)];

    // The beginning of a family's names, as in prose: `baton_exporter_*`; or a histogram without its suffix.
    private bool AreSeveral(string name) => name.EndsWith('_') ? _labels.Keys.Any(known => known.StartsWith(name, StringComparison.Ordinal)) : _labels.ContainsKey(name + "_bucket");

    // What stands in quotes is a label's value, unless it is a list of names.
    private static IEnumerable<string> MetricsIn(string text) => Metric().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"^\| `(?<name>baton_\w+)` \| (?<kind>\w+) \| (?<labels>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\w/.-])(baton_\w+|(baton|relay|destination):\w+:\w+)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<name>[a-z_:]+\w*)\{(?<labels>[^{}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<label>\w+)\s*(=~|!~|!=|=)\s*\\?["']""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[\w\s,]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\$labels\.(?<label>\w+)")]
    private static partial Regex Template();

    [GeneratedRegex("""label_replace\((?s:.)*?,\s*"(?<label>\w+)",\s*"[^"]*",\s*"[^"]*",\s*"[^"]*"\s*\)""")]
    private static partial Regex Replaced();
}
