using Baton.Continuity.Judge;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>What the engine holds at the moment, as metrics. Set by the watch leg, which owns the engine, from time to time.</summary>
internal sealed class ContinuityGauges(Instruments instruments)
{
    private readonly InstrumentFamily<Gauge.Child> _open = instruments.Gauge(
        "baton_handoffs_open", "Jobs that are open: waiting for a pick-up, running, or missed and still remembered.", "relay", "state");

    private readonly InstrumentFamily<Gauge.Child> _oldest = instruments.Gauge(
        "baton_oldest_open_handoff_age_seconds", "Age of the oldest open job; 0 if none is open.", "relay");

    private readonly InstrumentFamily<Gauge.Child> _armed = instruments.Gauge(
        "baton_channel_armed", "1 if the deadlines of this channel are told.", "relay", "destination");

    private readonly InstrumentFamily<Gauge.Child> _blind = instruments.Gauge(
        "baton_blind", "1 while silence proves nothing, and no deadline is told.", "reason");

    private readonly InstrumentFamily<Gauge.Child> _learned = instruments.Gauge(
        "baton_learned_deadline_seconds",
        "schedule_to_close as it was learned; of several routing keys of a destination the longest; 0 once it is forgotten.", "relay", "destination");

    private HashSet<(string Relay, string Destination)> _channels = [];
    private HashSet<(string Relay, string Destination)> _learners = [];

    /// <summary>Sets the gauges of relays and channels.</summary>
    /// <param name="relays">The engine's relays.</param>
    /// <param name="channels">The engine's channels; several of one destination (routing keys) count as one.</param>
    /// <param name="nowUnixNanos">The engine's time.</param>
    public void Set(IEnumerable<RelayGauges> relays, IEnumerable<ChannelGauge> channels, long nowUnixNanos)
    {
        foreach (var relay in relays)
        {
            _open.With(relay.Relay, "waiting").Set(relay.Waiting);
            _open.With(relay.Relay, "running").Set(relay.Running);
            _open.With(relay.Relay, "missed").Set(relay.Missed);
            var published = relay.OldestPublishedUnixNanos;
            _oldest.With(relay.Relay).Set(published == 0 ? 0 : Math.Max(0, nowUnixNanos - published) / 1e9);
        }
        var current = new HashSet<(string, string)>();
        foreach (var channel in channels.GroupBy(channel => (channel.Relay, channel.Destination)))
        {
            current.Add(channel.Key);
            _armed.With(channel.Key.Relay, channel.Key.Destination).Set(channel.Any(one => one.Armed) ? 1 : 0);
        }
        // The engine has forgotten the others.
        foreach (var (relay, destination) in _channels.Except(current))
            _armed.With(relay, destination).Set(0);
        _channels = current;
    }

    /// <summary>Sets the deadlines that channels have learned.</summary>
    public void SetLearned(IEnumerable<LearnedDeadlineGauge> deadlines)
    {
        var current = new HashSet<(string, string)>();
        foreach (var learned in deadlines.GroupBy(one => (one.Relay, one.Destination)))
        {
            current.Add(learned.Key);
            _learned.With(learned.Key.Relay, learned.Key.Destination).Set(learned.Max(one => one.Seconds));
        }
        foreach (var (relay, destination) in _learners.Except(current))
            _learned.With(relay, destination).Set(0);
        _learners = current;
    }

    /// <summary>Says whether Baton is blind for that reason: <c>recovery</c>, <c>backlog</c>, <c>intake_stopped</c>, <c>sender_retry</c>.</summary>
    public void SetBlind(string reason, bool blind) => _blind.With(reason).Set(blind ? 1 : 0);
}
