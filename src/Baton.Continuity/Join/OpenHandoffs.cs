
namespace Baton.Continuity.Join;

/// <summary>
/// How many handoffs are open, per relay and state, and since when the oldest is: counted as they move, not by looking through the store.
/// Counted anew from the store at a start.
/// </summary>
internal sealed class OpenHandoffs
{
    private const long Second = 1_000_000_000;
    private readonly List<Relay> _relays = [];

    public long Count(int relay, OpenState state) => relay < _relays.Count ? _relays[relay].Counts[(int)state] : 0;

    /// <summary>How many are open, whatever their relay and state.</summary>
    public long Total { get; private set; }

    /// <summary>True if any handoff waits or runs.</summary>
    public bool Any => _relays.Exists(static relay => relay.Counts[(int)OpenState.Waiting] + relay.Counts[(int)OpenState.Running] > 0);

    /// <summary>The second in which the oldest open handoff of a relay was published, Unix nanoseconds; 0 if none is open.</summary>
    public long OldestPublished(int relay)
    {
        if (relay < _relays.Count)
        {
            foreach (var (second, _) in _relays[relay].BySecond)
            {
                return second * Second;
            }
        }
        return 0;
    }

    /// <summary>A handoff went from one state to another.</summary>
    public void Move(int relay, long published, OpenState from, OpenState to)
    {
        if (from == to)
        {
            return;
        }
        while (_relays.Count <= relay)
        {
            _relays.Add(new Relay());
        }
        var open = _relays[relay];
        if (from != OpenState.Closed)
        {
            open.Counts[(int)from]--;
        }
        if (to != OpenState.Closed)
        {
            open.Counts[(int)to]++;
        }
        if (from == OpenState.Closed || to == OpenState.Closed)
        {
            Total += to == OpenState.Closed ? -1 : 1;
            Add(open.BySecond, published / Second, to == OpenState.Closed ? -1 : 1);
        }
    }

    private static void Add(SortedDictionary<long, int> seconds, long second, int change)
    {
        var count = seconds.GetValueOrDefault(second) + change;
        if (count == 0)
        {
            seconds.Remove(second);
        }
        else
        {
            seconds[second] = count;
        }
    }

    private sealed class Relay
    {
        public long[] Counts { get; } = new long[(int)OpenState.Closed];

        public SortedDictionary<long, int> BySecond { get; } = [];
    }
}
