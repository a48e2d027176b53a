namespace Baton.Continuity.Flow;

/// <summary>For how long a producer should wait before it publishes more.</summary>
internal static class SuggestedDelay
{
    /// <summary>
    /// How long what waits takes to be picked up at the pace of the window, less export_lag: as long as that, what was picked up may not be
    /// known yet, and a healthy queue seems to wait. At most the window. Never less for a longer backlog, never more for faster workers.
    /// </summary>
    /// <param name="backlog">What waits.</param>
    /// <param name="before">What waited at the window's beginning. If nothing was picked up since then, that tells a stuck queue from a quiet one.</param>
    /// <param name="pickUps">What was picked up within the window.</param>
    /// <param name="window">Its length, and export_lag.</param>
    /// <returns>Seconds; 0 where nothing presses.</returns>
    public static double Seconds(int backlog, int before, int pickUps, BusyWindow window)
    {
        var longest = window.WindowNanos / 1e9;
        if (pickUps == 0)
        {
            return Math.Min(backlog, before) > 0 ? longest : 0;
        }
        return Math.Clamp(backlog * longest / pickUps - window.LagNanos / 1e9, 0, longest);
    }
}
