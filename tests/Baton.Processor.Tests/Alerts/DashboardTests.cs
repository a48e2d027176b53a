using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Processor.Tests.House;
using Baton.Testing;
using Baton.Testing.Processes;

namespace Baton.Processor.Tests.Alerts;

/// <summary>The Grafana dashboard asks for what exists, and asks in PromQL.</summary>
public sealed class DashboardTests
{
    private static readonly JsonNode Dashboard = JsonNode.Parse(File.ReadAllText(Repository.PathOf("config/grafana/baton-dashboard.json")))!;

    private static IEnumerable<JsonNode> Panels => Dashboard["panels"]!.AsArray().Select(panel => panel!);

    private static IEnumerable<string> Queries => Panels.SelectMany(panel => panel["targets"]?.AsArray().Select(target => (string)target!["expr"]!) ?? [])
        .Concat(Dashboard["annotations"]!["list"]!.AsArray().Select(annotation => (string)annotation!["expr"]!))
        .Select(Plain);

    [Fact]
    public void Every_query_names_metrics_and_labels_that_exist()
    {
        var names = new QueryNames();

        Assert.NotEmpty(Queries);
        Assert.All(Queries, query => Assert.Empty(names.Faults(query)));
        Assert.All(
            Dashboard["templating"]!["list"]!.AsArray().Where(variable => (string)variable!["type"]! == "query"),
            variable => Assert.Empty(names.Faults(Plain((string)variable!["definition"]!))));
    }

    [Fact]
    public async Task Every_query_is_PromQL()
    {
        using var directory = new TempDirectory();
        var rules = Queries.Select((query, i) => $"      - record: query{i}\n        expr: {JsonSerializer.Serialize(query)}");
        await File.WriteAllTextAsync(
            directory["queries.yaml"], $"groups:\n  - name: dashboard\n    rules:\n{string.Join('\n', rules)}\n", TestContext.Current.CancellationToken);

        await using var promtool = ChildProcess.Start("promtool", ["check", "rules", "--lint=none", directory["queries.yaml"]]);

        Assert.True(await promtool.WaitForExitAsync(TimeSpan.FromMinutes(5)) == 0, string.Join('\n', promtool.Output));
    }

    [Fact]
    public void Every_panel_asks_the_source_that_is_chosen_and_says_what_it_shows()
    {
        foreach (var panel in Panels.Where(panel => (string)panel["type"]! != "row"))
        {
            Assert.NotEmpty((string)panel["description"]!);
            Assert.All(panel["targets"]!.AsArray().Append(panel), node => Assert.Equal("${datasource}", (string)node!["datasource"]!["uid"]!));
        }
        Assert.Equal("datasource", (string)Dashboard["templating"]!["list"]![0]!["type"]!);
    }

    [Fact]
    public void Panels_have_ids_of_their_own_and_none_lies_on_another()
    {
        var places = Panels.Select(panel => panel["gridPos"]!).SelectMany(place =>
            from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
            from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
            select (x, y)).ToList();

        Assert.Equal(Panels.Count(), Panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.All(places, place => Assert.InRange(place.x, 0, 23));
    }

    [Fact]
    public void The_relays_latency_broken_handoffs_workers_exporters_and_Baton_itself_have_a_row_each() => Assert.Equal(
        ["At a glance", "Relays", "Broken handoffs", "Latency", "Workers and backpressure", "Exporters and journal", "Baton itself"],
        Panels.Where(panel => (string)panel["type"]! == "row").Select(panel => (string)panel["title"]!));

    // Grafana's own variables, as it would fill them in.
    private static string Plain(string query) => query
        .Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal)
        .Replace("$job", ".*", StringComparison.Ordinal).Replace("$relay", ".*", StringComparison.Ordinal);
}
