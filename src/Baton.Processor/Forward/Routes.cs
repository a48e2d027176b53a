using Baton.Continuity.Conditions;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>The routing of a configuration, as one reader of the journal sees it. Immutable.</summary>
internal sealed class Routes
{
    private readonly RoutingOptions _options;
    private readonly IReadOnlyList<string> _ownMetrics;

    /// <param name="options">A routing without faults.</param>
    /// <param name="ownMetrics">The exporters that get Baton's own metrics.</param>
    public Routes(RoutingOptions options, params IReadOnlyList<string> ownMetrics)
    {
        (_options, _ownMetrics) = (options, ownMetrics);
        Conditions = [.. options.Routes.Select(route => Condition.Parse(route.Condition.Text).Condition!)];
        Names = ["default", .. options.Routes.Select((_, i) => $"routes[{i}]")];
    }

    /// <summary>The conditions, in the order in which they are asked.</summary>
    public IReadOnlyList<Condition> Conditions { get; }

    /// <summary>What each route is called in metrics; the default first.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Every exporter that gets something, in the order of the file; those last that get Baton's own metrics alone.</summary>
    public IEnumerable<string> Exporters => _options.Default.Concat(_options.Routes.SelectMany(route => route.Exporters)).Concat(_ownMetrics).Distinct();

    /// <summary>The routing of a whole configuration.</summary>
    public static Routes Of(BatonOptions options) => new(options.Routing, options.Service.Telemetry.Metrics.Otlp.Exporters);

    /// <summary>Whether an exporter gets Baton's own metrics.</summary>
    public bool GetsOwnMetrics(string exporter) => _ownMetrics.Contains(exporter);

    /// <summary>The routes that an exporter gets the spans of; the default first.</summary>
    public bool[] Of(string exporter) => [.. Lists().Select(exporters => exporters.Contains(exporter))];

    /// <summary>The routes whose spans nobody gets; the default first.</summary>
    public bool[] Dropped() => [.. Lists().Select(exporters => exporters.Count == 0)];

    private IEnumerable<IReadOnlyList<string>> Lists() => _options.Routes.Select(route => route.Exporters).Prepend(_options.Default);
}
