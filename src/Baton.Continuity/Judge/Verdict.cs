namespace Baton.Continuity.Judge;

/// <summary>What Baton concludes of a handoff.</summary>
public enum Verdict : byte
{
    /// <summary>None yet.</summary>
    Open,

    /// <summary>Completed in time.</summary>
    Continuous,

    /// <summary>Nobody woke up.</summary>
    SilentSleep,

    /// <summary>Picked up and not completed, or nothing seen where nobody can tell asleep from running.</summary>
    MissingCompletion,

    /// <summary>The deadline passed and the last attempt had failed.</summary>
    Failed,

    /// <summary>Completed after its deadline.</summary>
    CompletedLate,

    /// <summary>The worker ran without the trace's context.</summary>
    ContextDropped,

    /// <summary>Baton was blind while it waited.</summary>
    Unknown,

    /// <summary>Given up for want of room.</summary>
    Evicted,
}
