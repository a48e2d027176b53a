namespace Baton.Load.Soak;

/// <summary>The state of a soak at one moment.</summary>
/// <param name="Second">Since its beginning.</param>
/// <param name="Resident">Baton's resident memory, in bytes.</param>
/// <param name="Cpu">Baton's CPU time so far.</param>
/// <param name="Arrived">Spans at the sink so far.</param>
/// <param name="CutOff">How often a stalled sender has been answered or disconnected.</param>
internal sealed record SoakSample(double Second, long Resident, TimeSpan Cpu, long Arrived, long CutOff)
{
    /// <summary>The minute it belongs to, counted from 1.</summary>
    public int Minute => (int)(Second / 60) + 1;
}
