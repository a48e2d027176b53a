namespace Baton.Continuity.Scan;

// Part of the layout of the event section of a journal entry (EventRecords.cs): a change needs a new version of the journal.

/// <summary>What a messaging span does, by messaging.operation.type (or the legacy messaging.operation).</summary>
public enum OperationType : byte
{
    /// <summary>Absent or not one of the conventions' values.</summary>
    None,

    /// <summary>Creates a message; in a batch, one span per message.</summary>
    Create,

    /// <summary>Sends (legacy: publish).</summary>
    Send,

    /// <summary>Fetches messages; says nothing of their processing.</summary>
    Receive,

    /// <summary>Processes (legacy: deliver).</summary>
    Process,

    /// <summary>Settles: acknowledges to the broker, after the fact.</summary>
    Settle,
}
