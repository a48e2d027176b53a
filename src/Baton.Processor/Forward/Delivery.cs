using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Forward;

/// <summary>
/// Takes one request to its end: attempts, pauses, and the decision that it is delivered or given up. Any number at once.
/// </summary>
internal sealed class Delivery(IExporter exporter, RetryOptions retry, DeliveryReport report, TimeProvider time, Random jitter)
{
    // Enough to find one bad entry among a million by halving, and several among few; a destination that refuses everything is not
    // asked much oftener.
    private const int MaxRefusals = 64;

    /// <summary>
    /// True when the request is done with: taken, refused for good, or retried for too long. False when <paramref name="stopping"/> or
    /// <paramref name="abort"/> came first: the journal keeps it for the next start.
    /// </summary>
    /// <param name="request">What to send; it stays the caller's.</param>
    /// <param name="stopping">Ends pauses; an attempt under way goes on to its answer.</param>
    /// <param name="abort">Ends attempts too.</param>
    public Task<bool> RunAsync(ExportRequest request, CancellationToken stopping, CancellationToken abort) =>
        RunAsync(request, new Course(time.GetTimestamp(), stopping, abort));

    private async Task<bool> RunAsync(ExportRequest request, Course course)
    {
        var backOff = new BackOff(retry, jitter);
        while (true)
        {
            var result = await exporter.ExportAsync(request, course.Abort);
            if (result.Outcome == ExportOutcome.Accepted)
            {
                report.Accepted(request, result);
                return true;
            }
            if (course.Abort.IsCancellationRequested) return false;
            if (result.Outcome == ExportOutcome.Permanent) return await RefusedAsync(request, result, course);

            var pause = backOff.Next(result.RetryAfter);
            if (IsGivenUp(time.GetElapsedTime(course.Started) + pause))
            {
                report.GivenUp(request, result);
                return true;
            }
            report.Retrying(result, pause);
            if (!await PauseAsync(pause, course.Stopping)) return false;
            // What does not get through within the timeout may do so in smaller pieces; a slow line would otherwise hold the queue for
            // ever.
            if (result.TimedOut && request.Parts.Length > 1) return await HalvesAsync(request, course);
        }
    }

    /// <summary>
    /// It was Baton that merged the entries, so one that the destination refuses must not take the others with it. A compression that the
    /// destination does not know was the sender's choice, not its own: it gets the payload plain.
    /// </summary>
    private async Task<bool> RefusedAsync(ExportRequest request, ExportResult result, Course course)
    {
        if (result.MayConcernEncoding && request.TryDecompress() is { } plain)
        {
            using (plain) return await RunAsync(plain, course);
        }
        var divisible = request.Parts.Length > 1 && result.MayConcernOnePart;
        if (divisible && ++course.Refusals <= MaxRefusals) return await HalvesAsync(request, course);
        report.Refused(request, result);
        return true;
    }

    private async Task<bool> HalvesAsync(ExportRequest request, Course course)
    {
        var middle = request.Parts.Length / 2;
        return await RunAsync(request.Slice(..middle), course) && await RunAsync(request.Slice(middle..), course);
    }

    private bool IsGivenUp(TimeSpan elapsed) =>
        !retry.Enabled || (retry.MaxElapsedTime > TimeSpan.Zero && elapsed > retry.MaxElapsedTime);

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    // What a request and the pieces it may fall into have in common.
    private sealed class Course(long started, CancellationToken stopping, CancellationToken abort)
    {
        public long Started => started;

        public CancellationToken Stopping => stopping;

        public CancellationToken Abort => abort;

        public int Refusals { get; set; }
    }
}
