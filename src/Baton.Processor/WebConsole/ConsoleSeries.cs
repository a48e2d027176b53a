using System.Collections.Concurrent;
using Baton.Processor.Telemetry;

namespace Baton.Processor.WebConsole;

/// <summary>The last hour of every relay, and of the process. Safe for any number of threads.</summary>
internal sealed class ConsoleSeries(SeriesClock clock)
{
    /// <summary>Relays that have series of their own; what further ones do counts as <see cref="LabelValues.Overflow"/>.</summary>
    public const int MaxRelays = 64;

    private readonly ConcurrentDictionary<string, RelaySeries> _relays = new(StringComparer.Ordinal);
    private readonly LabelValues _names = new(MaxRelays);

    /// <summary>The steps.</summary>
    public SeriesClock Clock => clock;

    /// <summary>The relays of which anything was counted, by name.</summary>
    public IEnumerable<string> Relays => _relays.Keys.Order(StringComparer.Ordinal);

    /// <summary>Spans accepted.</summary>
    public SampledSeries Intake { get; } = new(clock);

    /// <summary>Seconds by which the slowest exporter lags.</summary>
    public SampledSeries ExporterLag { get; } = new(clock);

    /// <summary>The series of a relay; null if nothing was counted of it yet.</summary>
    public RelaySeries? Find(string relay) => _relays.GetValueOrDefault(relay);

    /// <summary>The series of a relay.</summary>
    public RelaySeries Of(string relay) =>
        _relays.TryGetValue(relay, out var series) ? series : _relays.GetOrAdd(_names.Admit(relay), _ => new RelaySeries(clock));
}
