using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Which exporters get what.</summary>
internal sealed record RoutingOptions
{
    /// <summary>
    /// Routes, asked in their order; the first whose condition is met is taken. A condition on the resource decides for all its spans; one
    /// on the span splits them, and what is sent stays byte for byte as it came.
    /// </summary>
    [Option]
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>The exporters that get the spans that no route takes, and all metrics and logs. An empty list drops on purpose, and counts.</summary>
    [Option(Required = "name the exporters that get what no route takes, e.g. default: [otlp/tempo], or write default: [] to drop it on purpose")]
    public IReadOnlyList<string> Default { get; init; } = [];
}

/// <summary>One route.</summary>
internal sealed record RouteOptions
{
    /// <summary>
    /// Which spans take it, e.g. <c>resource.attributes["service.namespace"] == "payments"</c>; <c>baton.synthesized</c> is true for the
    /// spans that Baton itself makes.
    /// </summary>
    [Option(Required = "write which spans take the route, e.g. condition: baton.synthesized")]
    public ConditionText Condition { get; init; }

    /// <summary>The exporters that get them, each. An empty list drops on purpose, and counts.</summary>
    [Option(Required = "name the exporters, e.g. exporters: [otlp/tempo], or write exporters: [] to drop what takes this route")]
    public IReadOnlyList<string> Exporters { get; init; } = [];
}
