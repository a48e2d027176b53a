using Baton.Continuity.Judge;

namespace Baton.Processor.Analyze.Reports;

/// <summary>What a verdict means, and where to look first, in a line each.</summary>
internal static class Advice
{
    /// <summary>What a verdict says.</summary>
    public static string Meaning(string verdict) => verdict switch
    {
        "continuous" => "completed in time",
        "silent_sleep" => "published, and nobody was seen picking it up in time",
        "missing_completion" => "not completed in time, nor afterwards",
        "failed" => "the last attempt failed, and no other came in time",
        "completed_late" => "completed, but after its deadline",
        "context_dropped" => "a worker ran without the job's trace context",
        "producer_missing" => "a worker names a producing span that is not in the recording",
        "unknown" => "the recording has a gap, and nobody can tell",
        "evicted" => "more was open at once than is kept",
        _ => "",
    };

    /// <summary>What to do about it.</summary>
    public static string Of(string verdict) => verdict switch
    {
        "silent_sleep" =>
            "Look at the queue and at the worker's subscription: the worker's own code never ran for these, so its logs hold nothing.",
        "missing_completion" =>
            "Follow the trace to the last worker that had the job: did it crash, hang, or end without the span that completes? If no worker is named, the queue may hold it still.",
        "failed" => "The failed attempt's span tells why. Look whether a retry was meant to follow, and whether a dead-letter queue holds the job.",
        "completed_late" => "Not urgent, the jobs are done. Either the worker was slow, which its spans show, or the deadline is too tight.",
        "context_dropped" =>
            "The job most likely ran. Find the hop that loses the traceparent header: a queue, a bridge, a library without instrumentation. A job_id in the relay ties such workers to their jobs.",
        "producer_missing" => "The producer is sampled out, filtered away, or sends its spans elsewhere: record both sides, or sample by trace.",
        "unknown" => "For that time, ask the systems themselves. Look why nothing was recorded: the sender, the network, the Collector.",
        "evicted" =>
            "One trace held more than continuity.limits.handoffs_per_trace, or more jobs were open at once than state.max_handoffs: raise it, or ask why so many are published that nobody completes.",
        _ => "",
    };

    /// <summary>Whose handoffs were not judged.</summary>
    public const string NotJudged =
        "The built-in relays judge only queues on which pick-ups are the rule, so that a queue nobody instrumented alarms nobody. If such jobs must finish, write a relay for them (continuity.relays).";

    /// <summary>Requests that are older than what came before them.</summary>
    public const string OutOfOrder =
        "They came after spans that are more than ten minutes newer, as when files that cover the same time are given one after another. Deadlines may have passed before they came; "
        + "what they complete in time is taken back, with a recovery span. One file in order of arrival gives the truest report.";

    /// <summary>Which verdicts are worse: the table's order.</summary>
    public static IReadOnlyList<string> WorstFirst { get; } =
    [
        Names.Of(Verdict.SilentSleep), Names.Of(Verdict.MissingCompletion), Names.Of(Verdict.Failed), Names.Of(Verdict.ContextDropped),
        Names.Of(Verdict.CompletedLate), Totals.ProducerMissing, Names.Of(Verdict.Unknown), Names.Of(Verdict.Evicted),
    ];
}
