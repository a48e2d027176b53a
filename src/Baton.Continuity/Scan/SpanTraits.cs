namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

/// <summary>Facts of a span, beyond its fields, that decide roles and verdicts.</summary>
[Flags]
public enum SpanTraits : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Meets the default `acknowledge` of relays that give none.</summary>
    AcknowledgesByDefault = 1,

    /// <summary>Meets the default `complete` of relays that give none.</summary>
    CompletesByDefault = 2,

    /// <summary>Status is ERROR.</summary>
    StatusError = 4,

    /// <summary>Status ERROR, or `error.type`, or an event `exception` or `job failed`: a failed attempt.</summary>
    FailedAttempt = 8,

    /// <summary>Has an attribute of a messaging library (`messaging.*` or `bullmq.*`).</summary>
    HasMessagingAttributes = 16,

    /// <summary>A `receive` whose messaging.batch.message_count is 0: it took nothing.</summary>
    ReceivedNothing = 32,

    /// <summary>The span had more links than are kept.</summary>
    LinksCut = 64,
}
