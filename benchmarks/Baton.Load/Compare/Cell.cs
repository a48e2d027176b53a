namespace Baton.Load.Compare;

/// <summary>One hop under one load in one round.</summary>
/// <param name="CpuPerMillion">CPU seconds of the hop per million spans that arrived in the counted time: the figure to compare.</param>
/// <param name="CpuToDrain">
/// The same from the start of the counted time until everything acknowledged had arrived: a hop that answers first and works later
/// shows here.
/// </param>
/// <param name="Rate">Spans a second that arrived in the counted time.</param>
/// <param name="Kept">Spans that arrived in the counted time, as a share of those acknowledged in it; below 1 the hop fell behind.</param>
/// <param name="P50Ms">Of an Export call, milliseconds.</param>
/// <param name="P99Ms">Of an Export call, milliseconds.</param>
/// <param name="PeakMiB">The most memory the hop had resident.</param>
/// <param name="SinkPerMillion">CPU seconds of the sink per million spans that arrived.</param>
/// <param name="LoadPerMillion">CPU seconds of the generator per million spans that arrived.</param>
/// <param name="OtherCores">What everything outside the rig used of the machine meanwhile, in cores.</param>
/// <param name="Missing">Spans acknowledged and not arrived in the end; negative where more arrived.</param>
/// <param name="FailedCalls">Export calls that were not answered with OK.</param>
/// <param name="Note">What else a reader must know; null where there is nothing.</param>
internal sealed record Cell(
    int Round,
    LoadShape Load,
    string Hop,
    double CpuPerMillion,
    double CpuToDrain,
    double Rate,
    double Kept,
    double P50Ms,
    double P99Ms,
    double PeakMiB,
    double SinkPerMillion,
    double LoadPerMillion,
    double OtherCores,
    long Missing,
    long FailedCalls,
    string? Note)
{
    /// <summary>
    /// CPU seconds of the hop per million spans over the whole run, warm-up included: from when it was ready until it had nothing more to do. What a hop puts off
    /// until nobody counts any more, and what it compiles, shows here.
    /// </summary>
    public double CpuWhole { get; init; }

    /// <summary>What the hop's garbage collector did in the counted time; null where it does not tell.</summary>
    public HeapReading? Heap { get; init; }

    /// <summary>Bytes that the hop allocated for each span that arrived in the counted time; NaN where it does not tell.</summary>
    public double AllocatedPerSpan => Heap is { } heap ? heap.AllocatedBytes / (Rate * CountedSeconds) : double.NaN;

    /// <summary>Seconds that were counted.</summary>
    public double CountedSeconds { get; init; }
}
