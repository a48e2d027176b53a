using System.Xml.Linq;
using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Chart;

/// <summary>values.schema.json, by which Helm checks values before it renders anything; and what is copied into the chart.</summary>
[Collection(ChartGroup.Name)]
public sealed class ChartSchemaTests(ChartFixture chart)
{
    [Theory]
    [InlineData("{ replica: 3 }", "replica")]
    [InlineData("{ replicas: 0 }", "/replicas: must be >= 1")]
    [InlineData("{ replicas: two }", "/replicas: must be integer")]
    [InlineData("{ sendersKeepTracesTogether: \"yes\" }", "/sendersKeepTracesTogether: must be boolean")]
    [InlineData("{ image: { digest: latest } }", "/image/digest")]
    [InlineData("{ persistence: { size: big } }", "/persistence/size")]
    [InlineData("{ persistence: { accessModes: [ReadWriteMany] } }", "/persistence/accessModes/0")]
    [InlineData("{ persistence: { retention: { whenScaled: Keep } } }", "/persistence/retention/whenScaled")]
    [InlineData("{ probes: { liveness: { httpGet: {} } } }", "/probes/liveness")]
    [InlineData("{ env: [{ value: x }] }", "/env/0")]
    [InlineData("{ serviceMonitor: { interval: often } }", "/serviceMonitor/interval")]
    [InlineData("{ podDisruptionBudget: { maxUnavailable: 0 } }", "/podDisruptionBudget/maxUnavailable")]
    [InlineData("{ networkPolicy: { senders: { podSelector: {} } } }", "/networkPolicy/senders")]
    [InlineData("{ terminationGracePeriodSeconds: 30s }", "/terminationGracePeriodSeconds")]
    [InlineData("{ config: { jornal: {} } }", "/config")]
    [InlineData("{ config: { journal: { durability: disc } } }", "/config/journal/durability")]
    [InlineData("{ config: { exporters: { oltp: { endpoint: \"a:1\" } } } }", "/config/exporters")]
    [InlineData("{ config: { exporters: { otlp: { compression: gzip } } } }", "/config/exporters/otlp")]
    public async Task Bad_values_are_named(string values, string where)
    {
        var faults = await chart.FaultsAsync((await chart.RenderAsync(values)) with { Objects = [] });

        Assert.Contains(faults, fault => fault.StartsWith("values", StringComparison.Ordinal) && fault.Contains(where, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ global: { anything: 1 } }")]
    [InlineData("{ resources: { limits: { memory: 2Gi, cpu: 1.5 }, requests: { cpu: 1 } } }")]
    [InlineData("{ podDisruptionBudget: { maxUnavailable: 50% } }")]
    [InlineData("{ config: { journal: { max_size: \"${env:JOURNAL_SIZE}\" } } }")]
    [InlineData("{ config: { state: { memory: 1073741824 } } }")]
    [InlineData("{ env: [{ name: A, value: b }, { name: C, valueFrom: { fieldRef: { fieldPath: status.podIP } } }] }")]
    public async Task Good_values_are_taken(string values)
    {
        var rendering = await chart.RenderAsync(values);

        Assert.Null(rendering.Error);
        Assert.Empty(await chart.FaultsAsync(rendering));
    }

    [Fact]
    public void The_values_table_is_up_to_date()
    {
        const string File = "helm/baton/README.md";
        const string Begin = "<!-- values: generated from values.yaml (ChartSchemaTests) -->\n";
        const string End = "<!-- end of values -->\n";
        var page = System.IO.File.ReadAllText(Repository.PathOf(File));
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= Begin.Length && end >= begin, $"{File} has lost the marks around its table.");

        var table = ValuesTable.Render(System.IO.File.ReadLines(Repository.PathOf("helm/baton/values.yaml")));

        Repository.AssertGenerated(File, $"{page[..begin]}\n{table}\n{page[end..]}");
    }

    [Fact]
    public void The_chart_installs_this_version()
    {
        var version = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

        Assert.Contains($"\nappVersion: \"{version}\"\n", File.ReadAllText(Repository.PathOf("helm/baton/Chart.yaml")), StringComparison.Ordinal);
    }
}
