using System.Text.Json;
using System.Text.RegularExpressions;
using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Alerts;

/// <summary>Rules, dashboards and runbooks name only metrics and labels that there are.</summary>
public sealed partial class QueryNamesTests
{
    private readonly QueryNames _names = new();

    [Fact]
    public void Rules_name_only_what_there_is()
    {
        Assert.Empty(AlertRules.Recordings.SelectMany(rule => _names.Faults(rule.Expression).Select(fault => $"{rule.Name}: {fault}")));
        Assert.Empty(AlertRules.Alerts.SelectMany(alert => _names.Faults(alert.Expression + "\n" + string.Join('\n', alert.Annotations.Values))
            .Select(fault => $"{alert.Name}: {fault}")));
    }

    [Fact]
    public void Runbooks_and_the_readme_name_only_what_there_is() => Assert.Empty(
        Directory.GetFiles(Repository.PathOf("docs/runbooks"), "*.md").Append(Repository.PathOf("README.md"))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).SelectMany(code => _names.Faults(code.Value)).Select(fault => $"{Path.GetFileName(file)}: {fault}")));

    [Fact]
    public void Dashboards_name_only_what_there_is()
    {
        var directory = Repository.PathOf("config/grafana");
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json", SearchOption.AllDirectories) : [];

        Assert.Empty(files.SelectMany(file =>
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            return Queries(dashboard.RootElement).SelectMany(query => _names.Faults(query)).Select(fault => $"{Path.GetFileName(file)}: {fault}").ToArray();
        }));
    }

    [Theory]
    [InlineData("rate(baton_handoffs_lost_total[5m])", "there is no metric baton_handoffs_lost_total")]
    [InlineData("relay:baton_continuity:ratio7h", "there is no metric relay:baton_continuity:ratio7h")]
    [InlineData("baton_handoffs_open{channel=\"a\"}", "baton_handoffs_open has no label channel")]
    [InlineData("sum by (relay, queue) (baton_destination_backlog)", "nothing here has a label queue: by (relay, queue)")]
    [InlineData("baton_journal_bytes {{ $labels.relay }}", "nothing here has a label relay: $labels.relay")]
    public void Name_that_there_is_not_is_found(string query, string fault) => Assert.Equal([fault], _names.Faults(query));

    [Fact]
    public void Names_of_histograms_and_of_targets_are_known() =>
        Assert.Empty(_names.Faults("histogram_quantile(0.9, sum by (le, relay) (rate(baton_full_link_seconds_bucket{instance=\"a\", relay=~\"$relay\"}[5m])))"));

    private static IEnumerable<string> Queries(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Queries),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Value.ValueKind == JsonValueKind.String && property.Name is "expr" or "query" or "definition" ? [property.Value.GetString()!] : Queries(property.Value)),
        _ => [],
    };

    [GeneratedRegex(@"```(?s:.*?)```|`[^`\n]+`")]
    private static partial Regex Code();
}
