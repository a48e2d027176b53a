using Baton.Continuity.Scan;
using Baton.Testing.Engine;

namespace Baton.Continuity.Tests.Scenarios.Runner;

/// <summary>What a run came to, beside what the file says: every difference in a line that could stand in the file.</summary>
internal sealed class Comparison
{
    private readonly Scenario _scenario;
    private readonly ScenarioRun _run;
    private readonly Dictionary<string, string> _labels;
    private readonly List<string> _differences = [];

    private Comparison(Scenario scenario, ScenarioRun run)
    {
        (_scenario, _run) = (scenario, run);
        _labels = scenario.Cast.Labels.ToDictionary(
            span => $"{Hex(Ids.Trace(span.Trace))}/{Hex(Ids.Span(span.Label))}", span => span.Label);
    }

    /// <summary>Every difference; empty where the run is as expected.</summary>
    public static IReadOnlyList<string> Of(Scenario scenario, ScenarioRun run, Variant variant)
    {
        var comparison = new Comparison(scenario, run);
        var expect = scenario.Told.Expect;
        comparison.CompareMaps("handoffs", expect.Handoffs, run.Log.Handoffs);
        comparison.CompareMaps("orphans", expect.Orphans, run.Log.Orphans);
        comparison.CompareProducersMissing(expect.ProducersMissing);
        comparison._differences.AddRange(
            new SpanComparison(comparison.LabelOf, variant.Way is Way.Given or Way.Replayed).Differences(expect.Spans, run.Told));
        var metrics = Metrics.Read(run.Instruments);
        comparison.Add("metrics, expected", metrics.Missing(expect.Metrics));
        comparison.Add("metrics, counted and not in the file", metrics.Unexpected(expect.Metrics));
        comparison.Add("shows", run.NotShown);
        if (run.Left > 0)
        {
            comparison.Add("state", [$"of {run.Left} traces something is still known after two days (if intake had been steady and stopped, add traffic)"]);
        }
        return comparison._differences;
    }

    private void CompareMaps(string section, IReadOnlyDictionary<string, string> expected, Dictionary<(TraceId, SpanId), string> actual)
    {
        var wanted = expected.SelectMany(entry => _scenario.Cast.Meant(entry.Key).Select(label => (Label: label, entry.Value)))
            .ToDictionary(entry => entry.Label, entry => entry.Value);
        var found = actual.ToDictionary(entry => LabelOf($"{entry.Key.Item1}/{entry.Key.Item2}"), entry => entry.Value);
        Add(section, from label in wanted.Keys.Union(found.Keys)
                     let want = wanted.GetValueOrDefault(label, "none")
                     let have = found.GetValueOrDefault(label, "none")
                     where want != have
                     select $"{label}: {have}   # the file says {want}");
    }

    private void CompareProducersMissing(IReadOnlyList<string> expected)
    {
        var wanted = expected.SelectMany(_scenario.Cast.Meant).Order(StringComparer.Ordinal);
        var found = _run.Log.ProducersMissing.Select(key => LabelOf($"{key.Item1}/{key.Item2}")).Order(StringComparer.Ordinal).ToList();
        if (!wanted.SequenceEqual(found))
        {
            Add("producers_missing", [$"[{string.Join(", ", found)}]   # the file says [{string.Join(", ", wanted)}]"]);
        }
    }

    private string LabelOf(string context) => _labels.GetValueOrDefault(context, context);

    private void Add(string section, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            _differences.Add($"{section}:");
            _differences.AddRange(all.Select(line => "  " + line));
        }
    }

    internal static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);
}
