using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>Writes OTLP's JSON to a file, a request a line, as the Collector's file exporter does; <c>baton analyze</c> reads it.</summary>
internal sealed record FileExporterOptions : ExporterOptions
{
    /// <summary>The file; its directory is created if need be.</summary>
    [Option(Required = "name the file, e.g. path: ./spans.jsonl")]
    public string Path { get; init; } = "";

    /// <summary>When to begin a new file; not given: never.</summary>
    [Option]
    public RotationOptions? Rotation { get; init; }

    /// <summary>Journal bytes that may wait for this exporter; beyond it the oldest are skipped, and counted. 0: no limit.</summary>
    /// <remarks>None: what waits is on disk, and its bound is <c>journal.max_size</c>.</remarks>
    [Option]
    public ByteSize MaxBacklog { get; init; }
}

/// <summary>
/// When a file exporter begins a new file. The old one is renamed: the time is put before its name's extension.
/// </summary>
internal sealed record RotationOptions
{
    /// <summary>The largest file, in MiB.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option(Min = "1", Max = "1048576")]
    public int MaxMegabytes { get; init; } = 100;

    /// <summary>Delete renamed files after so many days; 0: never.</summary>
    /// <remarks>Never, as the Collector: whoever collects the files deletes them.</remarks>
    [Option(Min = "0", Max = "36500")]
    public int MaxDays { get; init; }

    /// <summary>Keep so many renamed files; 0: all.</summary>
    /// <remarks>The Collector's.</remarks>
    [Option(Min = "0", Max = "100000")]
    public int MaxBackups { get; init; } = 100;
}
