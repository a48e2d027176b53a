using System.Runtime.InteropServices;
using Baton.Continuity.Flow;
using Baton.Continuity.Join;
using Baton.Continuity.Learn;

namespace Baton.Continuity.Judge;

/// <summary>What the shards gave out in a round, merged into what they share.</summary>
internal sealed partial class Rounds
{
    private readonly List<FullLinkTime> _fullLinkTimes = [];
    private readonly List<FlowSign> _pickUps = [];
    private readonly List<ChannelEvent> _signs = [];
    private readonly Dictionary<ChannelId, int> _backlogs = [];

    /// <summary>Merges what the shards gave out into what they share, in an order that does not depend on their number.</summary>
    public void Collect()
    {
        foreach (var shard in _shards)
        {
            _signs.AddRange(shard.Context.Signs);
        }
        _signs.Sort(ChannelEvent.InOrder);
        foreach (var sign in _signs)
        {
            shared.Channels.Count(sign);
        }
        _signs.Clear();
        foreach (var shard in _shards)
        {
            foreach (var relay in shard.Context.Completed)
            {
                shared.SetCompleted(relay);
            }
            foreach (var (relay, start) in shard.Context.Orphans)
            {
                shared.AddOrphan(relay, start);
            }
            shard.Context.Orphans.Clear();
            shard.Context.Signs.Clear();
            _fullLinkTimes.AddRange(shard.Context.FullLinkTimes);
            shard.Context.FullLinkTimes.Clear();
            CollectFlow(shard.Context);
            shard.Context.Completed.Clear();
            outputs.Add(shard.Context.Outputs);
        }
        if (_fullLinkTimes.Count > 0)
        {
            shared.Learned.Count(_fullLinkTimes, shared.LearningOf);
            _fullLinkTimes.Clear();
        }
        shared.Flows.Count(_at, _backlogs, _pickUps);
        _backlogs.Clear();
        _pickUps.Clear();
        for (var relay = 0; relay < shared.Relays.Count; relay++)
        {
            var waiting = 0L;
            foreach (var shard in _shards)
            {
                waiting += shard.Context.Open.Count(relay, OpenState.Waiting);
            }
            shared.SetWaiting(relay, waiting);
        }
        outputs.Close();
    }

    private void CollectFlow(ShardContext shard)
    {
        foreach (var (channel, change) in shard.Backlogs)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_backlogs, channel, out _) += change;
        }
        _pickUps.AddRange(shard.PickUps);
        foreach (var (channel, change) in shard.Decided)
        {
            shared.Decided[channel] = shared.Decided.GetValueOrDefault(channel) + change;
            if (shared.Decided[channel] == 0)
            {
                shared.Decided.Remove(channel);
            }
        }
        shard.Decided.Clear();
        shard.Backlogs.Clear();
        shard.PickUps.Clear();
    }
}
