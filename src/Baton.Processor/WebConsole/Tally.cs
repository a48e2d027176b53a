namespace Baton.Processor.WebConsole;

/// <summary>What the console counts of a relay, step by step.</summary>
internal enum Tally
{
    /// <summary>Handoffs published.</summary>
    Published,

    /// <summary>Handoffs completed in time.</summary>
    InTime,

    /// <summary>Handoffs completed late.</summary>
    Late,

    /// <summary>Deadlines told: nobody woke up.</summary>
    SilentSleep,

    /// <summary>Deadlines told: nobody completed.</summary>
    MissingCompletion,

    /// <summary>Deadlines told after the last attempt had failed.</summary>
    Failed,

    /// <summary>Deadlines that were told too early.</summary>
    TakenBack,

    /// <summary>Workers without context whose producer is not known.</summary>
    Orphans,

    /// <summary>Workers without context whose producer was found.</summary>
    OrphansAttributed,

    /// <summary>Pick-ups whose producer never came.</summary>
    ProducersMissing,

    /// <summary>Handoffs of which nothing can be said.</summary>
    Unknown,

    /// <summary>Handoffs given up for want of room.</summary>
    Evicted,
}
