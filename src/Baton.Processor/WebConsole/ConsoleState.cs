using Baton.Continuity.Judge;
using Baton.Processor.Configuration;

namespace Baton.Processor.WebConsole;

/// <summary>What the console shows of the present. Times in Unix nanoseconds.</summary>
internal sealed record ConsoleState
{
    /// <summary>When it was read.</summary>
    public required long Now { get; init; }

    /// <summary>When this process began to watch. What was before is in the traces, and not here.</summary>
    public required long Started { get; init; }

    /// <summary>Baton's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Why Baton takes no data; null if it does.</summary>
    public string? WhyNotReady { get; init; }

    /// <summary>Where a trace is looked at; null if nobody said.</summary>
    public TraceUrl? TraceUrl { get; init; }

    /// <summary>Where spans are taken, by protocol.</summary>
    public IReadOnlyList<(string Protocol, string Endpoint)> Receivers { get; init; } = [];

    /// <summary>Why silence proves nothing at the moment: the reasons of `baton_blind`.</summary>
    public IReadOnlyList<string> Blind { get; init; } = [];

    /// <summary>The relays and their open handoffs.</summary>
    public IReadOnlyList<RelayGauges> Relays { get; init; } = [];

    /// <summary>Destinations and workers.</summary>
    public IReadOnlyList<DestinationPressure> Pressure { get; init; } = [];

    /// <summary>The exporters.</summary>
    public IReadOnlyList<ExporterState> Exporters { get; init; } = [];

    /// <summary>The journal, the receivers, and the saved state.</summary>
    public StorageState Storage { get; init; }
}

/// <summary>How an exporter is doing.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="QueueBytes">Journal bytes that it has not delivered.</param>
/// <param name="LagSeconds">Age of the oldest of them.</param>
/// <param name="Sent">Spans that its destination acknowledged.</param>
/// <param name="Lost">Spans given up, rejected or skipped.</param>
internal readonly record struct ExporterState(string Name, long QueueBytes, double LagSeconds, long Sent, long Lost);

/// <summary>What Baton holds, and what it took.</summary>
internal readonly record struct StorageState
{
    /// <summary>Bytes that the journal takes.</summary>
    public long JournalBytes { get; init; }

    /// <summary>Bytes that it may take.</summary>
    public long JournalMaxBytes { get; init; }

    /// <summary>Free bytes on the disk of journal or state, whichever has less.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Bytes that are to stay free.</summary>
    public long MinFreeBytes { get; init; }

    /// <summary>Ranges of the journal that were lost.</summary>
    public long DamagedRanges { get; init; }

    /// <summary>The state's disk takes nothing.</summary>
    public bool Stalled { get; init; }

    /// <summary>Traces that are watched.</summary>
    public long Traces { get; init; }

    /// <summary>Spans accepted since the start.</summary>
    public long Accepted { get; init; }

    /// <summary>Spans refused since the start.</summary>
    public long Refused { get; init; }

    /// <summary>Seconds by which judging is behind.</summary>
    public double WatchLagSeconds { get; init; }
}
