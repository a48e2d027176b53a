using Baton.Processor.Configuration.Options;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>What alert rules must know of the configuration in force: what a job is worth, and where limits are.</summary>
internal sealed class ConfigurationGauges(Instruments instruments)
{
    private readonly InstrumentFamily<Gauge.Child> _critical = instruments.Gauge(
        "baton_relay_critical", "1 if the relay's configuration says critical: somebody is to be paged for a single lost job. 0 for the others, and for one that was removed.", "relay");

    private readonly InstrumentFamily<Gauge.Child> _journalMax = instruments.Gauge("baton_journal_max_bytes", "What the journal may hold: journal.max_size.");

    private readonly InstrumentFamily<Gauge.Child> _minFree = instruments.Gauge(
        "baton_disk_min_free_bytes", "Free space below which new requests are refused: journal.min_free.");

    private HashSet<string> _relays = [];

    /// <summary>Sets what stands from the start on, and the relays.</summary>
    public void Set(BatonOptions options, ContinuityMetrics metrics)
    {
        _journalMax.With().Set(options.Journal.MaxSize.Bytes);
        _minFree.With().Set(options.Journal.MinFree.Bytes);
        SetRelays(options.Continuity, metrics);
    }

    /// <summary>Sets the relays that are in force now.</summary>
    public void SetRelays(ContinuitySection section, ContinuityMetrics metrics)
    {
        var relays = section.Relays.ToDictionary(relay => relay.Name, relay => relay.Critical);
        if (section.CallbackRelay.Enabled) relays.TryAdd("callback", false);
        if (section.DefaultRelay.Enabled) relays.TryAdd("default", false);
        foreach (var (relay, critical) in relays)
        {
            metrics.Declare(relay);
            _critical.With(relay).Set(critical ? 1 : 0);
        }
        foreach (var removed in _relays.Except(relays.Keys))
            _critical.With(removed).Set(0);
        _relays = [.. relays.Keys];
    }
}
