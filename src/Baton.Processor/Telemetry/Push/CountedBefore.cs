namespace Baton.Processor.Telemetry.Push;

/// <summary>What counters and histograms stood at when they were last sent, for deltas. Immutable.</summary>
internal sealed class CountedBefore
{
    private readonly Dictionary<string, double> _values = [];

    private CountedBefore()
    {
    }

    /// <summary>Nothing was counted.</summary>
    public static CountedBefore Nothing { get; } = new();

    /// <summary>What a scrape says.</summary>
    public static CountedBefore In(IEnumerable<ScrapedMetric> metrics)
    {
        var before = new CountedBefore();
        foreach (var sample in metrics.Where(metric => metric.Type is "counter" or "histogram").SelectMany(metric => metric.Samples))
            before._values[Key(sample)] = sample.Value;
        return before;
    }

    /// <summary>The value that a sample had; 0 where there was none.</summary>
    public double Of(Sample sample) => _values.Count == 0 ? 0 : _values.GetValueOrDefault(Key(sample));

    /// <summary>What tells the series of a metric apart: its labels, without a bucket's bound.</summary>
    public static string KeyOf(IEnumerable<(string Name, string Value)> labels) =>
        string.Join('\u0001', labels.Where(label => label.Name != "le").Select(label => $"{label.Name}\u0002{label.Value}"));

    private static string Key(Sample sample) => string.Join('\u0001', [sample.Name, .. sample.Labels.Select(label => $"{label.Name}\u0002{label.Value}")]);
}
