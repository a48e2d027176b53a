namespace Baton.Processor.Telemetry;

/// <summary>What kind of series an instrument exports; Prometheus' terms.</summary>
internal enum InstrumentKind
{
    /// <summary>A sum that only grows, from 0 at each start of the process.</summary>
    Counter,

    /// <summary>A value as it is now.</summary>
    Gauge,

    /// <summary>A distribution over fixed bucket bounds.</summary>
    Histogram,
}

/// <summary>
/// One row of docs/telemetry.md. It is recorded where the instrument is created, so the page cannot name what does not exist.
/// </summary>
/// <param name="Name">The Prometheus name, with its unit and, for counters, the ending <c>_total</c>.</param>
/// <param name="Kind">The kind of series.</param>
/// <param name="Help">One sentence for the person who reads it on a dashboard.</param>
/// <param name="Labels">The label names, in order.</param>
/// <param name="Buckets">The bucket bounds of a histogram, in the unit of the name; empty otherwise.</param>
internal sealed record InstrumentDescription(
    string Name, InstrumentKind Kind, string Help, IReadOnlyList<string> Labels, IReadOnlyList<double> Buckets);
