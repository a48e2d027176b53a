using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Judge;

/// <summary>Entries that wake at no time: parked, because what their traces wait for is a message; or held, because a deadline has passed that may not be told yet.</summary>
internal sealed partial class TimingWheel
{
    private const long Never = long.MaxValue;
    private const long OnceTold = Never - 1;

    /// <summary>Keeps a trace that wakes at no time, because what it waits for is a message.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    /// <returns>The handle for the next call.</returns>
    public int Park(int handle, TraceId trace)
    {
        if (Holds(handle, trace))
        {
            Unlink(handle);
        }
        else
        {
            handle = Add(trace);
        }
        PutAside(handle, Never);
        return handle;
    }

    /// <summary>
    /// Holds an entry that has woken to tell, and only for that, unless Baton has lost sight since its trace has had something open: then there is
    /// more to decide. While it is held its trace need not be looked at. It is no longer held when it is scheduled or parked.
    /// </summary>
    /// <param name="wake">What <see cref="MoveTo"/> has just handed out.</param>
    /// <param name="sight">What Baton has seen.</param>
    public bool TryHold(in Wake wake, Sight sight)
    {
        if (!wake.OnlyTells || !sight.IsUnbrokenSince(At(wake.Entry).Oldest, wake.Due))
        {
            return false;
        }
        At(wake.Entry).SetDue(OnceTold, onlyTells: false);
        return true;
    }

    /// <summary>Whether a trace's entry is held.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    public bool IsHeld(int handle, TraceId trace) => Holds(handle, trace) && At(handle).Due == OnceTold;

    /// <summary>Parks an entry that is held.</summary>
    /// <param name="handle">As for <see cref="Schedule"/>.</param>
    /// <param name="trace">As for <see cref="Schedule"/>.</param>
    /// <returns>False if it is not held any more.</returns>
    public bool TryRelease(int handle, TraceId trace)
    {
        var held = IsHeld(handle, trace);
        if (held)
        {
            At(handle).SetDue(Never, onlyTells: false);
        }
        return held;
    }

    private void PutAside(int node, long due)
    {
        At(node).SetDue(due, onlyTells: false);
        At(node).Previous = At(node).Next = node;
    }
}
