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

    private BacklogGauge GaugeOf(ChannelId id, ChannelFlow flow)
    {
        var (now, slot) = (_shared.Now, _shared.Flows.SlotNanos);
        var texts = _shared.Destinations.NameOf(id.Destination);
        // A relay that is armed by its first completion has no backlog before: nothing would be told of it.
        var armed = _shared.Relays[id.Relay].Arming != RelayArming.AfterCompletion || _shared.HasCompleted(id.Relay);
        return new BacklogGauge(
            _shared.Relays[id.Relay].Name,
            SpanBuilder.TextOf(texts, TextKind.System), SpanBuilder.TextOf(texts, TextKind.Destination), SpanBuilder.TextOf(texts, TextKind.RoutingKey),
            armed ? flow.Backlog : 0, armed ? flow.Growth(now, slot) : 0, flow.PickUps(now, slot));
    }
}
