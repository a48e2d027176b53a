using Baton.Processor.Journal;

namespace Baton.Processor.Forward;

/// <summary>OTLP's signals. Each has an export service of its own, so requests of different signals are never merged.</summary>
internal enum OtlpSignal
{
    /// <summary>ExportTraceServiceRequest: what was received, and Baton's own spans.</summary>
    Traces,

    /// <summary>ExportMetricsServiceRequest.</summary>
    Metrics,

    /// <summary>ExportLogsServiceRequest.</summary>
    Logs,
}

/// <summary>Which signal a journal entry belongs to.</summary>
internal static class OtlpSignals
{
    /// <summary>How many signals there are.</summary>
    public const int Count = 3;

    /// <summary>The signal of an entry's payload; <see cref="EntryKind.Own"/> entries carry spans.</summary>
    public static OtlpSignal Of(EntryKind kind) => kind switch
    {
        EntryKind.Metrics or EntryKind.OwnMetrics => OtlpSignal.Metrics,
        EntryKind.Logs => OtlpSignal.Logs,
        _ => OtlpSignal.Traces,
    };
}
