using Baton.Continuity.Judge;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>What waits, and how busy workers are, as metrics. Set by the watch leg, which owns the engine, from time to time.</summary>
internal sealed class FlowGauges(Instruments instruments)
{
    private readonly InstrumentFamily<Gauge.Child> _backlog = instruments.Gauge(
        "baton_destination_backlog", "Jobs that were published and not picked up, and whose deadlines are watched. For an autoscaler.", "relay", "destination");

    private readonly InstrumentFamily<Gauge.Child> _busy = instruments.Gauge(
        "baton_worker_busy_ratio", "Part of the window in which the worker had work: the union of its consumer spans. The window ends export_lag ago.",
        "service", "instance", "destination");

    private readonly InstrumentFamily<Gauge.Child> _thrashing = instruments.Gauge(
        "baton_worker_thrashing", "1 while the worker is busy all the time, and the backlog that it works on grows.", "service", "instance", "destination");

    private HashSet<(string Relay, string Destination)> _channels = [];
    private HashSet<(string Service, string Instance, string Destination)> _workers = [];

    /// <summary>Sets the gauges.</summary>
    /// <param name="channels">The engine's channels; several of one destination (routing keys) are added up.</param>
    /// <param name="workers">The engine's workers; of several that labels do not tell apart, the busiest counts.</param>
    public void Set(IEnumerable<BacklogGauge> channels, IEnumerable<WorkerGauge> workers)
    {
        var known = new HashSet<(string, string)>();
        foreach (var channel in channels.GroupBy(channel => (channel.Relay, channel.Destination)))
        {
            known.Add(channel.Key);
            _backlog.With(channel.Key.Relay, channel.Key.Destination).Set(channel.Sum(one => one.Backlog));
        }
        // The engine has forgotten the others.
        foreach (var (relay, destination) in _channels.Except(known))
            _backlog.With(relay, destination).Set(0);
        _channels = known;

        var seen = new HashSet<(string, string, string)>();
        foreach (var worker in workers.GroupBy(worker => (worker.Service, worker.Instance, worker.Destination)))
        {
            seen.Add(worker.Key);
            _busy.With(worker.Key.Service, worker.Key.Instance, worker.Key.Destination).Set(worker.Max(one => one.BusyRatio));
            _thrashing.With(worker.Key.Service, worker.Key.Instance, worker.Key.Destination).Set(worker.Any(one => one.Thrashing) ? 1 : 0);
        }
        foreach (var (service, instance, destination) in _workers.Except(seen))
        {
            _busy.With(service, instance, destination).Set(0);
            _thrashing.With(service, instance, destination).Set(0);
        }
        _workers = seen;
    }
}
