using System.Globalization;

namespace Baton.Load.Generate;

/// <summary>What came of a load.</summary>
/// <param name="Acknowledged">Spans answered with OK, from the first request to the last, warm-up included.</param>
/// <param name="Rejected">Spans that an OK answer rejected (partial success); part of the acknowledged.</param>
/// <param name="Failed">Calls answered with anything else.</param>
/// <param name="FirstFailure">What the first of those was answered; null where there was none.</param>
/// <param name="Jobs">Jobs published in acknowledged requests; repetitions of a pool are not counted again.</param>
/// <param name="CountedSpans">Spans acknowledged in the counted time.</param>
/// <param name="CountedSeconds">The counted time.</param>
/// <param name="P50Ms">Median time of an Export call begun and ended in the counted time, in milliseconds.</param>
/// <param name="P99Ms">The time that 99 % of them did not exceed.</param>
/// <param name="MaxMs">The longest of them.</param>
internal sealed record LoadResult(
    long Acknowledged,
    long Rejected,
    long Failed,
    string? FirstFailure,
    long Jobs,
    long CountedSpans,
    double CountedSeconds,
    double P50Ms,
    double P99Ms,
    double MaxMs)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        {CountedSpans} spans acknowledged in {CountedSeconds:F2} s: {CountedSpans / CountedSeconds:F0} spans/s
        Export latency: p50 {P50Ms:F2} ms, p99 {P99Ms:F2} ms, max {MaxMs:F2} ms
        with warm-up and the last completions: {Acknowledged} spans acknowledged, {Rejected} rejected, {Failed} calls failed, {Jobs} jobs
        """) + (FirstFailure is null ? "" : $"{Environment.NewLine}first failure: {FirstFailure}");
}
