using Baton.Processor.Tests.House;
using Baton.Testing.Processes;
using YamlDotNet.RepresentationModel;

namespace Baton.Processor.Tests.Alerts;

/// <summary>Every alert fires when it should and not otherwise, and leads to a page that says what to do.</summary>
public sealed class AlertRulesTests
{
    private static readonly string[] Proofs = ["tests/Baton.Processor.Tests/Alerts/rules.test.yaml", "tests/Baton.Processor.Tests/Alerts/rules-days.test.yaml"];

    [Fact]
    public async Task Alerts_fire_and_stay_silent_as_their_proofs_say()
    {
        await using var promtool = ChildProcess.Start("promtool", ["test", "rules", .. Proofs.Select(Repository.PathOf)]);

        Assert.True(await promtool.WaitForExitAsync(TimeSpan.FromMinutes(10)) == 0, string.Join('\n', promtool.Output));
    }

    [Fact]
    public void Every_alert_is_proven_to_fire_and_to_stay_silent()
    {
        var cases = Proofs.SelectMany(proof => (YamlSequenceNode)AlertRules.Load(proof)["tests"]).Cast<YamlMappingNode>()
            .Where(test => test.Children.ContainsKey("alert_rule_test")).SelectMany(test => (YamlSequenceNode)test["alert_rule_test"]).Cast<YamlMappingNode>()
            .ToLookup(one => $"{one["alertname"]}", one => one.Children.ContainsKey("exp_alerts"));

        Assert.Empty(AlertRules.Alerts.Where(alert => !cases[alert.Name].Contains(true)).Select(alert => $"{alert.Name} is never seen firing"));
        Assert.Empty(AlertRules.Alerts.Where(alert => !cases[alert.Name].Contains(false)).Select(alert => $"{alert.Name} is never seen silent"));
    }

    [Fact]
    public void Every_alert_says_how_urgent_it_is_what_happened_and_where_to_look()
    {
        Assert.All(AlertRules.Alerts, alert =>
        {
            Assert.Contains(alert.Labels["severity"], new[] { "page", "ticket" });
            Assert.NotEmpty(alert.Annotations["summary"]);
            Assert.Matches("[Oo]pen ", alert.Annotations["description"]);
            // What is told of a job names its relay; what is told of a worker, or of Baton, which one.
            string[] who = alert.Name == "BatonWorkersThrashing" ? ["service", "destination"] : IsOfARelay(alert) ? ["relay"] : ["instance"];
            Assert.All(who, label => Assert.Contains($"$labels.{label}", alert.Annotations["summary"] + alert.Annotations["description"], StringComparison.Ordinal));
        });
        Assert.Equal(AlertRules.Alerts.Count, AlertRules.Alerts.Select(alert => alert.Name).Distinct().Count());
    }

    [Fact]
    public void Every_alert_has_a_runbook_that_names_it_and_every_runbook_is_in_the_index()
    {
        var index = File.ReadAllText(Repository.PathOf("docs/runbooks/README.md"));
        Assert.All(AlertRules.Alerts, alert =>
        {
            Assert.Equal($"https://runbooks.example.com/baton/{alert.Runbook}", alert.Annotations["runbook_url"]);
            Assert.Contains($"`{alert.Name}`", File.ReadAllText(Repository.PathOf($"docs/runbooks/{alert.Runbook}")), StringComparison.Ordinal);
            Assert.Contains($"| `{alert.Name}` | {alert.Labels["severity"]} | [", index, StringComparison.Ordinal);
        });
        Assert.All(
            Directory.GetFiles(Repository.PathOf("docs/runbooks"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
            name => Assert.Contains($"({name})", index, StringComparison.Ordinal));
    }

    private static bool IsOfARelay(Alert alert) =>
        alert.Expression.Contains("relay", StringComparison.Ordinal) || alert.Expression.Contains("destination:baton_backlog", StringComparison.Ordinal);
}
