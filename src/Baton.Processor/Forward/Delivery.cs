using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>Takes one request to its end: attempts, pauses, and the decision that it is delivered or given up. Any number at once.</summary>
internal sealed class Delivery(IExporter exporter, RetryOptions retry, DeliveryReport report, TimeProvider time, Random jitter)
{
    /// <summary>
    /// True when the request is done with: taken, refused for good, or retried for too long. False when <paramref name="stopping"/> or
    /// <paramref name="abort"/> came first: the journal keeps it for the next start.
    /// </summary>
    /// <param name="request">What to send; it stays the caller's.</param>
    /// <param name="stopping">Ends pauses; an attempt under way goes on to its answer.</param>
    /// <param name="abort">Ends attempts too.</param>
    public async Task<bool> RunAsync(ExportRequest request, CancellationToken stopping, CancellationToken abort)
    {
        var started = time.GetTimestamp();
        var backOff = new BackOff(retry, jitter);
        while (true)
        {
            var result = await exporter.ExportAsync(request, abort);
            if (result.Outcome == ExportOutcome.Accepted)
            {
                report.Accepted(request, result);
                return true;
            }
            if (abort.IsCancellationRequested) return false;
            if (result.Outcome == ExportOutcome.Permanent) return await RefusedAsync(request, result, stopping, abort);

            var pause = backOff.Next(result.RetryAfter);
            if (IsGivenUp(time.GetElapsedTime(started) + pause))
            {
                report.GivenUp(request, result);
                return true;
            }
            report.Retrying(result, pause);
            if (!await PauseAsync(pause, stopping)) return false;
        }
    }

    /// <summary>
    /// It was Baton that merged the entries, so one that the destination refuses must not take the others with it: halves are tried, down to single entries.
    /// </summary>
    private async Task<bool> RefusedAsync(ExportRequest request, ExportResult result, CancellationToken stopping, CancellationToken abort)
    {
        var parts = request.Parts.Length;
        if (parts == 1 || !result.MayConcernOnePart)
        {
            report.Refused(request, result);
            return true;
        }
        return await RunAsync(request.Slice(..(parts / 2)), stopping, abort) && await RunAsync(request.Slice((parts / 2)..), stopping, abort);
    }

    private bool IsGivenUp(TimeSpan elapsed) =>
        !retry.Enabled || (retry.MaxElapsedTime > TimeSpan.Zero && elapsed > retry.MaxElapsedTime);

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }
}
