namespace Baton.Processor.Demo;

/// <summary>What Baton's words mean, for somebody who reads them for the first time, or at 03:14.</summary>
internal static class Wording
{
    /// <summary>What a verdict says.</summary>
    public static string OfVerdict(string verdict) => verdict switch
    {
        "continuous" => "picked up and completed in time",
        "silent_sleep" => "published, and no pick-up was seen in time",
        "missing_completion" => "picked up, and not completed in time",
        "completed_late" => "completed after all, after its deadline",
        "context_dropped" => "a worker ran outside the job's trace",
        "failed" => "its last attempt failed, and none came after it",
        _ => "nothing was concluded",
    };

    /// <summary>What was known when the deadline passed.</summary>
    public static string OfEvidence(string evidence) => evidence switch
    {
        "none" => "nothing was heard of the job",
        "acknowledged" => "a worker had picked it up",
        "attempt_failed" => "its last attempt had failed",
        "received" => "it was fetched, and no more",
        "orphans_seen" => "meanwhile a worker ran without its context",
        "reported_too_early" => "it had been completed in time",
        _ => "",
    };

    /// <summary>Where to look first.</summary>
    public static string NextStep(IReadOnlyList<string> verdicts) => verdicts switch
    {
        _ when verdicts.Contains("context_dropped") =>
            "the job most likely ran; find the hop that lost the traceparent header: a queue, a bridge, or a wake-up that carries only an id.",
        _ when verdicts.Contains("completed_late") =>
            "none is urgent, the job is done. Either the worker was slow (its worker.run has the details), or the deadline is too tight.",
        [.., "silent_sleep"] =>
            "look at the queue and the worker's subscription. The worker's own code never ran for this job, so its logs have nothing.",
        [.., "missing_completion"] =>
            "look at the worker that picked it up (the span's link leads there). The queue did its part.",
        _ => "",
    };
}
