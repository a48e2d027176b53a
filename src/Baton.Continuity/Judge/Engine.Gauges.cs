using Baton.Continuity.Join;
using Baton.Continuity.Scan;
using Baton.Continuity.Synthesize;

namespace Baton.Continuity.Judge;

// What gauges show. Called by the engine's thread, between epochs.
public sealed partial class Engine
{
    /// <summary>Why silence proves nothing at the moment. Called by the engine's thread.</summary>
    public BlindGauges Blind => _shared.Sight.GaugesAt(_shared.Now);

    /// <summary>What the gauges show. Called by the engine's thread.</summary>
    public IEnumerable<RelayGauges> Relays()
    {
        for (var i = 0; i < _shared.Relays.Count; i++)
        {
            long Sum(OpenState state) => _shards.Sum(shard => shard.Context.Open.Count(i, state));
            yield return new RelayGauges(
                _shared.Relays[i].Name, Sum(OpenState.Waiting), Sum(OpenState.Running), Sum(OpenState.Missed),
                _shards.Select(shard => shard.Context.Open.OldestPublished(i)).Where(at => at > 0).DefaultIfEmpty().Min());
        }
    }

    /// <summary>The channels of relays that learn, and whether each is armed. Called by the engine's thread.</summary>
    public IEnumerable<ChannelGauge> Channels() => _shared.Channels.All.Select(channel => new ChannelGauge(
        _shared.Relays[channel.Id.Relay].Name,
        InternedTexts.TextOf(_shared.Destinations.NameOf(channel.Id.Destination), TextKind.Destination),
        channel.Armed || _shared.Relays[channel.Id.Relay].Arming != RelayArming.Learned));

    /// <summary>The channels that have learned a deadline. Called by the engine's thread.</summary>
    public IEnumerable<LearnedDeadlineGauge> LearnedDeadlines() => _shared.Learned.All.Select(learned => new LearnedDeadlineGauge(
        _shared.Relays[learned.Channel.Relay].Name,
        InternedTexts.TextOf(_shared.Destinations.NameOf(learned.Channel.Destination), TextKind.Destination),
        learned.Nanos / 1e9));
}
