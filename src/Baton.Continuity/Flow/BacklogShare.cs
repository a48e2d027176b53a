using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Flow;

/// <summary>
/// What one trace has been counted for in the backlogs of its channels. It is compared with what the trace holds whenever that has changed,
/// so that no way to open, pick up, tell or forget a handoff can be left out of the count.
/// </summary>
internal struct BacklogShare
{
    /// <summary>More channels than this in one trace are looked up, not walked.</summary>
    private const int MostWalked = 16;

    private PartList<(ChannelId Channel, int Count)> _counted;
    private Dictionary<ChannelId, int>? _places;

    public BacklogShare() => OldestOpen = long.MaxValue;

    /// <summary>When the oldest open handoff of the trace was published, Unix nanoseconds; long.MaxValue for none.</summary>
    public long OldestOpen { get; private set; }

    /// <summary>Nothing of the trace is counted.</summary>
    public void Clear()
    {
        OldestOpen = long.MaxValue;
        _counted.Clear();
        _places = null;
    }

    /// <summary>Takes what an unpacked trace holds for what it was counted for.</summary>
    public void Restore(TraceState trace)
    {
        Clear();
        foreach (ref readonly var handoff in trace.HandoffSpan)
        {
            if (IsWaiting(handoff))
            {
                Add(new ChannelId(handoff.Published.Relay, handoff.Published.Channel));
            }
            if (handoff.OpenState != OpenState.Closed)
            {
                OldestOpen = Math.Min(OldestOpen, handoff.Published.End);
            }
        }
    }

    /// <summary>Adds to changes what the trace holds now and was not counted for.</summary>
    public void Update(TraceState trace, Dictionary<ChannelId, int> changes)
    {
        if (trace.Handoffs.Count == 1 && IsUnchanged(trace.HandoffSpan[0]))
        {
            ref readonly var only = ref trace.HandoffSpan[0];
            OldestOpen = only.OpenState == OpenState.Closed ? long.MaxValue : only.Published.End;
            return;
        }
        AddTo(changes, -1);
        Restore(trace);
        AddTo(changes, 1);
    }

    /// <summary>Adds to changes all that the trace is counted for.</summary>
    public void AddTo(Dictionary<ChannelId, int> changes, int sign)
    {
        foreach (var (channel, count) in _counted)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(changes, channel, out _) += sign * count;
        }
    }

    /// <summary>Published, not picked up, armed, and nothing told: what a backlog is made of.</summary>
    public static bool IsWaiting(in Handoff handoff) => handoff.Has(HandoffMarks.Armed) && handoff.OpenState == OpenState.Waiting;

    /// <summary>Of the trace's only handoff: it is counted, or not, as it was before. Most traces have one.</summary>
    private bool IsUnchanged(in Handoff only) => IsWaiting(only)
        ? _counted.Count == 1 && _counted[0] is (var channel, 1) && channel == new ChannelId(only.Published.Relay, only.Published.Channel)
        : _counted.Count == 0;

    private void Add(ChannelId channel)
    {
        var place = PlaceOf(channel);
        if (place >= 0)
        {
            _counted[place] = (channel, _counted[place].Count + 1);
            return;
        }
        _counted.Add((channel, 1));
        if (_counted.Count > MostWalked)
        {
            _places ??= [];
            for (var i = _places.Count; i < _counted.Count; i++)
            {
                _places.Add(_counted[i].Channel, i);
            }
        }
    }

    // A trace publishes to few channels, mostly to one after another.
    private int PlaceOf(ChannelId channel)
    {
        if (_places is not null)
        {
            return _places.GetValueOrDefault(channel, -1);
        }
        var i = _counted.Count - 1;
        while (i >= 0 && _counted[i].Channel != channel)
        {
            i--;
        }
        return i;
    }
}
