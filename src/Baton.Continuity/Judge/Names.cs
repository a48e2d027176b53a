namespace Baton.Continuity.Judge;

/// <summary>The words of the outside for what is an enumeration inside: attribute and label values.</summary>
public static class Names
{
    /// <summary>The value of `baton.match` and of the `match` label.</summary>
    public static string Of(Match match) => match switch
    {
        Match.Link => "link",
        Match.Parent => "parent",
        Match.Trace => "trace",
        Match.JobId => "job_id",
        _ => "none",
    };

    /// <summary>The value of `baton.verdict` and of the `verdict` label.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Continuous => "continuous",
        Verdict.SilentSleep => "silent_sleep",
        Verdict.MissingCompletion => "missing_completion",
        Verdict.Failed => "failed",
        Verdict.CompletedLate => "completed_late",
        Verdict.ContextDropped => "context_dropped",
        Verdict.Unknown => "unknown",
        Verdict.Evicted => "evicted",
        _ => "open",
    };

    /// <summary>The value of `error.type` on a deadline span and of the `error_type` label.</summary>
    public static string Of(DeadlineKind deadline) => deadline switch
    {
        DeadlineKind.ScheduleToStart => "schedule_to_start_timeout",
        DeadlineKind.StartToClose => "start_to_close_timeout",
        DeadlineKind.ScheduleToClose => "schedule_to_close_timeout",
        DeadlineKind.Heartbeat => "heartbeat_timeout",
        _ => "none",
    };

    /// <summary>The value of the `attribute` label.</summary>
    public static string Of(StatedTerm term) => term switch
    {
        StatedTerm.Deadline => "deadline",
        StatedTerm.NotBefore => "not_before",
        _ => "count",
    };

    /// <summary>The value of the `limit` label.</summary>
    public static string Of(Limit limit) => limit switch
    {
        Limit.Handoffs => "max_handoffs",
        Limit.HandoffsPerTrace => "handoffs_per_trace",
        Limit.WaitingSpans => "waiting_spans",
        Limit.Ties => "ties",
        Limit.Aliases => "aliases",
        Limit.Comparisons => "comparisons",
        _ => "links",
    };
}
