using System.Globalization;
using System.Text;
using Baton.Processor.Telemetry;

namespace Baton.Processor.Tests.House;

/// <summary>The reference pages are made from the code, and are as they should be.</summary>
public sealed class GeneratedDocsTests
{
    [Fact]
    public void The_configuration_reference_is_up_to_date() =>
        Repository.AssertGenerated("docs/configuration.md", ConfigurationReference.Render());

    [Fact]
    public void The_schema_for_editors_is_up_to_date() =>
        Repository.AssertGenerated("config/baton.schema.json", ConfigurationSchema.Render());

    [Fact]
    public void The_schema_of_the_charts_values_is_up_to_date()
    {
        const string File = "helm/baton/values.schema.json";

        Repository.AssertGenerated(File, ConfigurationSchema.RenderInto(System.IO.File.ReadAllText(Repository.PathOf(File))));
    }

    // A chart cannot reach beyond its directory.
    [Fact]
    public void The_chart_has_the_rules_for_Prometheus() =>
        Repository.AssertGenerated("helm/baton/files/baton.rules.yaml", File.ReadAllText(Repository.PathOf("config/prometheus/baton.rules.yaml")));

    [Fact]
    public void The_telemetry_reference_is_up_to_date()
    {
        var instruments = new Instruments();
        _ = new ContinuityMetrics(instruments);
        _ = new ContinuityGauges(instruments);
        _ = new FlowGauges(instruments);
        _ = new PipelineMetrics(instruments);
        _ = new DurabilityMetrics(instruments);
        _ = new ConfigurationGauges(instruments);

        Repository.AssertGenerated("docs/telemetry.md", Render(instruments.Descriptions));
    }

    private static string Render(IEnumerable<InstrumentDescription> instruments)
    {
        var page = new StringBuilder("""
            <!-- Generated from the code (GeneratedDocsTests); edits are lost. -->
            # Telemetry

            What Baton says about itself on `service.admin.endpoint`, at `/metrics`: in Prometheus' text format, or in OpenMetrics, with exemplars that
            lead to the trace, where the scraper asks for it. No label takes more than 500 values; what is beyond counts as `__other__`. Trace
            ids appear only as exemplars. Beside these there are the process's own: CPU time, memory, threads, collections (`process_*`, `dotnet_*`).

            The same is sent as OTLP to the exporters in `service.telemetry.metrics.otlp`, under the same names, cumulative or as deltas, with exemplars: counters as monotonic
            sums, histograms with explicit buckets, the rest as gauges. The resource is `service.name` = `baton`, `service.version`, `host.name`, and `service.instance.id` = host and
            admin port. It goes through the journal like everything else: a destination that was away gets it later. What is counted during a stop itself is not sent.

            | metric | type | labels | what it says |
            | --- | --- | --- | --- |

            """);
        var rows = instruments.ToArray();
        foreach (var row in rows)
        {
            var labels = row.Labels.Count == 0 ? "–" : string.Join(", ", row.Labels.Select(label => $"`{label}`"));
            page.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {row.Kind.ToString().ToLowerInvariant()} | {labels} | {row.Help} |\n");
        }
        page.Append("\n## Buckets\n\n| histogram | upper bounds |\n| --- | --- |\n");
        foreach (var row in rows.Where(row => row.Kind == InstrumentKind.Histogram))
            page.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {string.Join(", ", row.Buckets.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))} |\n");
        return page.ToString();
    }
}
