using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Judge;

// What flows, for gauges and for producers who ask whether to slow down. Called by the engine's thread, between epochs.
public sealed partial class Engine
{
    /// <summary>What waits in each channel.</summary>
    public IEnumerable<BacklogGauge> Backlogs() => _shared.Flows.All.Select(channel => GaugeOf(channel.Key, channel.Value));

    /// <summary>The workers that sent consumer spans within the last hour.</summary>
    public IEnumerable<WorkerGauge> Workers()
    {
        var growing = GrowingFor();
        return _shared.Workers.All.Select(worker => GaugeOf(worker.Key, worker.Value, growing));
    }

    /// <summary>What presses on each destination, in the order of their names.</summary>
    public IReadOnlyList<DestinationPressure> Pressure()
    {
        var growing = GrowingFor();
        var workers = _shared.Workers.All.Select(worker => (
            Takes: (worker.Value.ServiceKey, worker.Key.Destination), Gauge: GaugeOf(worker.Key, worker.Value, growing))).ToList();
        var byPlace = workers.ToLookup(worker => worker.Takes, worker => worker.Gauge);
        var byName = workers.ToLookup(worker => worker.Gauge.Destination, worker => worker.Gauge);
        var channels = _shared.Flows.All.Select(channel => (Flow: channel.Value, Gauge: GaugeOf(channel.Key, channel.Value)))
            .ToLookup(channel => channel.Gauge.Destination);
        return [.. channels.Select(group => group.Key).Union(byName.Select(group => group.Key)).Order(StringComparer.Ordinal).Select(name =>
        {
            var usual = channels[name].SelectMany(channel => byPlace[TakersOf(channel.Flow)]);
            var takers = usual.Union(name.Length > 0 ? byName[name] : []).OrderBy(w => (w.Service, w.Instance, w.Destination));
            return new DestinationPressure(name, [.. channels[name].Select(channel => channel.Gauge)], [.. takers], DelayOf(channels[name].Select(c => c.Flow)));
        })];
    }

    /// <summary>The workers, by service and by their own name of the destination, whose channels' backlogs grew over the window.</summary>
    private HashSet<(ulong Service, ulong Destination)> GrowingFor() =>
        [.. _shared.Flows.All.Where(channel => GaugeOf(channel.Key, channel.Value).Growth > 0).Select(channel => TakersOf(channel.Value))];

    private (ulong Service, ulong Destination) TakersOf(ChannelFlow flow) =>
        (Shared.ServiceKey(_shared.Resources.NameOf(flow.Worker)), flow.WorkerDestination);

    private WorkerGauge GaugeOf(WorkerKey key, KnownWorker worker, HashSet<(ulong Service, ulong Destination)> growing)
    {
        var busy = worker.Time.BusyRatio(_shared.Now);
        var thrashing = busy >= _options.ThrashRatio && growing.Contains((worker.ServiceKey, key.Destination));
        return new WorkerGauge(worker.Service, worker.Instance, worker.Destination, busy, thrashing);
    }

    private double DelayOf(IEnumerable<ChannelFlow> flows)
    {
        var (now, slot) = (_shared.Now, _shared.Flows.SlotNanos);
        var (backlog, before, pickUps) = (0, 0, 0);
        foreach (var flow in flows)
        {
            backlog += flow.Backlog;
            before += flow.BacklogBefore(now, slot);
            pickUps += flow.PickUps(now, slot);
        }
        return SuggestedDelay.Seconds(backlog, before, pickUps, new BusyWindow(_options.BackpressureWindowNanos, _options.ExportLagNanos));
    }

    private BacklogGauge GaugeOf(ChannelId id, ChannelFlow flow)
    {
        var (now, slot) = (_shared.Now, _shared.Flows.SlotNanos);
        var texts = _shared.Destinations.NameOf(id.Destination);
        // A relay that is armed by its first completion has no backlog before: nothing would be told of it.
        var armed = _shared.Relays[id.Relay].Arming != RelayArming.AfterCompletion || _shared.HasCompleted(id.Relay);
        return new BacklogGauge(
            _shared.Relays[id.Relay].Name,
            InternedTexts.TextOf(texts, TextKind.System), InternedTexts.TextOf(texts, TextKind.Destination), InternedTexts.TextOf(texts, TextKind.RoutingKey),
            armed ? flow.Backlog : 0, armed ? flow.Growth(now, slot) : 0, flow.PickUps(now, slot));
    }
}
