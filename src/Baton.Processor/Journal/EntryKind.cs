namespace Baton.Processor.Journal;

/// <summary>What a journal entry holds. The values are part of the file format.</summary>
public enum EntryKind : byte
{
    /// <summary>An ExportTraceServiceRequest as it was received, with the handoff events found in it.</summary>
    Traces = 1,

    /// <summary>An ExportMetricsServiceRequest as it was received.</summary>
    Metrics = 2,

    /// <summary>An ExportLogsServiceRequest as it was received.</summary>
    Logs = 3,

    /// <summary>What Baton itself decided: facts for a replay, and the spans it synthesized. May use the reserved space.</summary>
    Own = 4,

    /// <summary>An ExportMetricsServiceRequest with Baton's own metrics, for the exporters that are to get them. It says nothing of handoffs.</summary>
    OwnMetrics = 5,
}

/// <summary>How an entry's payload is compressed. The values are part of the file format.</summary>
public enum PayloadEncoding : byte
{
    /// <summary>Not compressed.</summary>
    Identity = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,

    /// <summary>RFC 8878.</summary>
    Zstd = 2,
}

/// <summary>What an acknowledged append survives.</summary>
public enum JournalDurability
{
    /// <summary>The death of the process: written, and left to the operating system to bring to the disk.</summary>
    Os,

    /// <summary>The loss of power: each group is synced before it is acknowledged.</summary>
    Disk,
}

/// <summary>How an append ended.</summary>
public enum AppendStatus
{
    /// <summary>The entry is as durable as configured.</summary>
    Stored,

    /// <summary>There is no room, in the journal's limit or on the disk. Nothing was kept; the sender should retry later.</summary>
    Full,

    /// <summary>The journal is closing. Nothing was kept.</summary>
    Closed,

    /// <summary>The disk refused. Nothing was acknowledged; the sender should retry later.</summary>
    Failed,
}

/// <summary>The outcome of an append.</summary>
/// <param name="Status">Whether the entry was stored, and if not, why.</param>
/// <param name="Position">The entry's position; -1 unless stored.</param>
public readonly record struct AppendResult(AppendStatus Status, long Position);
