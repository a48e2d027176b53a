using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>Traces with a deadline that has passed and may not be told yet, or for which there was no room. Who was first is asked first.</summary>
internal sealed class HeldTraces
{
    /// <summary>Room for so many stays when all are gone; a mass of them gives it back.</summary>
    private const int MostSpare = 65_536;

    private readonly Queue<Wake> _waiting = [];
    private readonly HashSet<TraceId> _lookedAt = [];

    /// <summary>Whether there may be any.</summary>
    public bool Any => _waiting.Count > 0;

    /// <summary>Adds one that was not looked at when it woke. Its entry of the wheel says for how long that counts.</summary>
    public void Add(in Wake wake) => _waiting.Enqueue(wake);

    /// <summary>Adds one that was looked at; nothing happens if it is here as such.</summary>
    public void Add(TraceId trace)
    {
        if (_lookedAt.Add(trace))
        {
            _waiting.Enqueue(new Wake(0, trace));
        }
    }

    /// <summary>Whether a trace that was looked at is here: it need not be looked at again before it is asked.</summary>
    public bool HasLookedAt(TraceId trace) => _lookedAt.Count > 0 && _lookedAt.Contains(trace);

    /// <summary>Takes the one that has waited for longest.</summary>
    /// <param name="wake">The trace, with its entry in the wheel if it was not looked at.</param>
    public bool TryTake(out Wake wake)
    {
        if (!_waiting.TryDequeue(out wake))
        {
            if (_waiting.Capacity > MostSpare)
            {
                _waiting.TrimExcess();
            }
            return false;
        }
        if (wake.Entry < 0)
        {
            _lookedAt.Remove(wake.Trace);
        }
        return true;
    }
}
