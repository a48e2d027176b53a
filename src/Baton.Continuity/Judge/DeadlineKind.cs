namespace Baton.Continuity.Judge;

/// <summary>Which deadline passed.</summary>
public enum DeadlineKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>Published → picked up.</summary>
    ScheduleToStart,

    /// <summary>Picked up → completed.</summary>
    StartToClose,

    /// <summary>Published → completed.</summary>
    ScheduleToClose,

    /// <summary>The worker's last sign of life → its next.</summary>
    Heartbeat,
}
