using System.Diagnostics;
using System.Globalization;

namespace Baton.Load.Compare;

/// <summary>
/// Asks Baton's /metrics whether it followed every job of the load while it was measured: a hop that only forwards would be cheap.
/// </summary>
internal static class BatonMetrics
{
    private const string Opened = "baton_handoffs_opened_total";
    private const string Completed = "baton_handoffs_completed_total";
    private static readonly string[] Wrong =
    [
        "baton_deadlines_missed_total", "baton_handoffs_failed_total", "baton_orphan_consumers_total", "baton_producers_missing_total",
        "baton_handoffs_evicted_total",
    ];

    /// <summary>Baton may still be judging what it has already forwarded: it is asked until its counts stand still so long.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="jobs">Jobs that the generator published, and completed in time.</param>
    public static async Task<string> DescribeAsync(int adminPort, long jobs, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}"), Timeout = TimeSpan.FromSeconds(5) };
        long start = Stopwatch.GetTimestamp();
        var (seen, moved) = (-1.0, TimeSpan.Zero);
        while (true)
        {
            var sums = await SumsAsync(http, stop);
            if (sums is null) return "/metrics did not answer";
            var waited = Stopwatch.GetElapsedTime(start);
            double opened = sums.GetValueOrDefault(Opened);
            double completed = sums.GetValueOrDefault(Completed);
            if (opened + completed != seen) (seen, moved) = (opened + completed, waited);
            if ((opened < jobs || completed < jobs) && waited - moved < Still && waited < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
                continue;
            }

            double wrong = Wrong.Sum(name => sums.GetValueOrDefault(name));
            return string.Create(CultureInfo.InvariantCulture,
                $"of {jobs} jobs {opened:F0} opened, {completed:F0} completed, {wrong:F0} judged otherwise, ")
                + string.Create(CultureInfo.InvariantCulture, $"{moved.TotalSeconds:F1} s after the last span arrived");
        }
    }

    /// <summary>Each counter summed over its labels; null where the endpoint does not answer.</summary>
    private static async Task<Dictionary<string, double>?> SumsAsync(HttpClient http, CancellationToken stop)
    {
        string text;
        try
        {
            text = await http.GetStringAsync("/metrics", stop);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }

        var sums = new Dictionary<string, double>();
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("baton_", StringComparison.Ordinal)))
        {
            string name = line[..line.AsSpan().IndexOfAny('{', ' ')];
            string value = line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[^1];
            if (double.TryParse(value, CultureInfo.InvariantCulture, out double number)) sums[name] = sums.GetValueOrDefault(name) + number;
        }

        return sums;
    }
}
