using System.Globalization;
using System.Text;
using Baton.Load.Generate;

namespace Baton.Load.Soak;

/// <summary>What came of a soak.</summary>
/// <param name="Options">What was done.</param>
/// <param name="Load">What the good senders got.</param>
/// <param name="Missing">Spans that were acknowledged and did not arrive; negative where some arrived twice.</param>
/// <param name="CutOff">How often a stalled sender was answered or disconnected.</param>
/// <param name="Samples">One a second.</param>
internal sealed record SoakResult(SoakOptions Options, LoadResult Load, long Missing, long CutOff, IReadOnlyList<SoakSample> Samples)
{
    private const double MiB = 1 << 20;

    /// <summary>
    /// Resident memory of the last whole minute in units of the third's, each by its median; null for a soak that is too short for a
    /// third and a later one.
    /// </summary>
    public double? Growth
    {
        get
        {
            int last = (int)Math.Floor(Options.Minutes);
            return last > SoakOptions.BaselineMinute ? Resident(last) / Resident(SoakOptions.BaselineMinute) : null;
        }
    }

    /// <summary>What was not as it should be; empty for a soak that passed.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            List<string> faults = [];
            if (Load.Failed > 0) faults.Add($"{Load.Failed} calls were not answered OK; the first: {Load.FirstFailure}");
            if (Load.Acknowledged == 0) faults.Add("no call was answered OK");
            if (Load.Rejected > 0) faults.Add($"{Load.Rejected} spans were rejected");
            if (Missing > 0) faults.Add($"{Missing} acknowledged spans did not arrive");
            if (Growth > SoakOptions.AllowedGrowth) faults.Add(Text($"resident memory grew to {Growth:F3} times that of minute {SoakOptions.BaselineMinute}"));
            return faults;
        }
    }

    /// <summary>As Markdown, a row for each minute.</summary>
    public string Report(string machine)
    {
        var report = new StringBuilder();
        report.Append("# Soak\n\n").Append(machine).Append("\n\n");
        report.Append(Text($"{Options.Connections} connections, {Options.Rate} requests/s of {Options.Spans} spans over all of them, "))
            .Append(Text($"for {Options.Minutes} minutes, beside {Options.Stalled} senders that stall.\n"))
            .Append("Resident memory is the median of a minute's samples, one a second. CPU is Baton's own, in cores.\n\n")
            .Append("| minute | resident MiB | CPU | spans arrived | stalled senders cut off |\n| --- | --- | --- | --- | --- |\n");
        SoakSample? before = null;
        foreach (var minute in Samples.GroupBy(sample => sample.Minute))
        {
            var (first, end) = (before ?? minute.First(), minute.Last());
            double cores = (end.Cpu - first.Cpu).TotalSeconds / Math.Max(1, end.Second - first.Second);
            report.Append(Text($"| {minute.Key} | {Resident(minute.Key) / MiB:F1} | {cores:F2} | {end.Arrived} | {end.CutOff} |\n"));
            before = end;
        }
        report.Append('\n').Append(Load).Append("\n\n");
        report.Append(Text($"Stalled senders were cut off {CutOff} times. Missing at the sink: {Missing}.\n"));
        if (Growth is { } growth) report.Append(Text($"Resident memory of the last minute: {growth:F3} times that of minute {SoakOptions.BaselineMinute}.\n"));
        report.Append(Faults.Count == 0 ? "\nPassed.\n" : $"\nFailed: {string.Join("; ", Faults)}.\n");
        return report.ToString();
    }

    private double Resident(int minute)
    {
        long[] sorted = [.. Samples.Where(sample => sample.Minute == minute).Select(sample => sample.Resident).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
