namespace Baton.Continuity.Join;

/// <summary>Where an open handoff stands.</summary>
internal enum OpenState : byte
{
    Waiting,
    Running,
    Missed,
    Closed,
}

/// <summary>What has happened to a handoff. The values are part of the stored state.</summary>
[Flags]
internal enum HandoffMarks : uint
{
    None = 0,
    Acknowledged = 1,

    /// <summary>Acknowledged, but only ever by spans that fetched.</summary>
    OnlyReceived = 2,

    /// <summary>Some attempt failed.</summary>
    AttemptFailed = 4,
    Completed = 8,
    CompletedLate = 16,

    /// <summary>Its deadlines may be told.</summary>
    Armed = 32,

    /// <summary>A deadline span stands in the journal.</summary>
    Missed = 64,

    /// <summary>A recovery span is owed.</summary>
    RecoveryDue = 128,

    /// <summary>The recovery span stands in the journal.</summary>
    RecoverySent = 256,

    /// <summary>The deadline span was told too early.</summary>
    Retracted = 512,

    /// <summary>Its deadline passed while it was not armed: forgotten without a word.</summary>
    Lapsed = 1024,

    /// <summary>The observer knows of it.</summary>
    Announced = 2048,

    /// <summary>The observer knows of its pick-up.</summary>
    PickUpAnnounced = 4096,

    /// <summary>A worker's span without context, found by its job id, came before the completion, or was it.</summary>
    ContextDropped = 0x20_0000,

    /// <summary>A stitch of it is owed: it stays until that has been read back.</summary>
    StitchOwed = 0x80_0000,

    /// <summary>Its deadlines wait for an orphan.</summary>
    Held = 0x40_0000,

    /// <summary>Baton was blind for longer than senders retry while it waited; lapsed too.</summary>
    Unknown = 0x10_0000,

    /// <summary>It has terms beyond the usual.</summary>
    HasTerms = 8192,

    /// <summary>It is over, and leaves before the epoch ends; never stored.</summary>
    Forgotten = 1u << 31,
}
