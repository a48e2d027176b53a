using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration.Options;

/// <summary>One kind of job: which spans publish, acknowledge and complete it, and by when.</summary>
internal sealed record RelayOptions
{
    /// <summary>What metrics and spans call it; unique.</summary>
    [Option(Required = "give each relay a name of its own, e.g. name: render_job")]
    public string Name { get; init; } = "";

    /// <summary>Which spans publish a job. Without it: kind PRODUCER, unless it receives, processes or settles.</summary>
    [Option]
    public ConditionText? Produce { get; init; }

    /// <summary>Which spans say that a worker picked the job up. Without it: kind CONSUMER, or a client's receive.</summary>
    [Option]
    public ConditionText? Acknowledge { get; init; }

    /// <summary>Which spans say that the job is done. Without it: the end of the consumer span that processed it.</summary>
    [Option]
    public ConditionText? Complete { get; init; }

    /// <summary>
    /// Which spans say that the job was given up: each is a failed attempt, even if it would complete the job. What it publishes, to a
    /// dead-letter queue, is no job of this relay.
    /// </summary>
    [Option]
    public ConditionText? DeadLetter { get; init; }

    /// <summary>
    /// What completes a job that fans out, in one of three forms: <c>by</c> with <c>all_of</c>, <c>count</c>, or <c>count_attribute</c>.
    /// Without it: as many completions as the producing span says that it published messages, else one.
    /// </summary>
    [Option]
    public ExpectOptions? Expect { get; init; }

    /// <summary>
    /// What names a job on its producer's and on its worker's side: a worker's span that lost the trace's context is tied to its producer by it.
    /// Each item is one attribute, or several that only together are unique.
    /// </summary>
    [Option]
    public IReadOnlyList<AttributeNames>? JobId { get; init; }

    /// <summary>By when. One of <c>max_job_duration</c>, <c>schedule_to_close</c> and <c>learn</c> is needed.</summary>
    [Option]
    public RelayDeadlinesOptions Deadlines { get; init; } = new();

    /// <summary>
    /// Whether somebody is to be paged for a single lost job of it: the metric <c>baton_relay_critical</c>, which the alert rules go by.
    /// Of other relays a single lost job opens a ticket, and only many of them page.
    /// </summary>
    /// <remarks>Off: who is woken for one job should have asked for it.</remarks>
    [Option]
    public bool Critical { get; init; }
}

/// <summary>A relay that nobody has to write.</summary>
internal sealed record BuiltInRelayOptions
{
    /// <summary>Whether it is asked.</summary>
    /// <remarks>On: a job that nobody thought of configuring can be lost as well.</remarks>
    [Option]
    public bool Enabled { get; init; } = true;

    /// <summary>By when its jobs must be done.</summary>
    [Option]
    public RelayDeadlinesOptions Deadlines { get; init; } = new() { MaxJobDuration = TimeSpan.FromMinutes(10) };
}

/// <summary>The built-in relay for every other producing span.</summary>
internal sealed record DefaultRelayOptions
{
    /// <summary>Whether it is asked.</summary>
    /// <remarks>On: a job that nobody thought of configuring can be lost as well.</remarks>
    [Option]
    public bool Enabled { get; init; } = true;

    /// <summary>What names a job on both sides, as in a relay of the file; an empty list for nothing.</summary>
    /// <remarks>What libraries send; BullMQ numbers the jobs of each queue. A conversation's id names many jobs, and is none of them.</remarks>
    [Option]
    public IReadOnlyList<AttributeNames> JobId { get; init; } =
        [AttributeNames.Of("messaging.message.id"), AttributeNames.Of("bullmq.queue.name", "bullmq.job.id")];

    /// <summary>By when its jobs must be done.</summary>
    [Option]
    public RelayDeadlinesOptions Deadlines { get; init; } = new() { MaxJobDuration = TimeSpan.FromMinutes(10) };
}

/// <summary>The deadlines of a relay, in Temporal's terms.</summary>
internal sealed record RelayDeadlinesOptions
{
    private const double DefaultFactor = 1.5;

    /// <summary>The longest a healthy job takes, from its publication on. Times <c>factor</c> it is <c>schedule_to_close</c>.</summary>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan? MaxJobDuration { get; init; }

    /// <summary>How much longer than <c>max_job_duration</c> a job may take before it counts as lost: 1.5 times, unless given.</summary>
    /// <remarks>Half again as long: beyond what load and retries add to a healthy job, before somebody asks where it is.</remarks>
    [Option(Min = "1", Max = "100")]
    public double? Factor { get; init; }

    /// <summary>Published → completed, outright instead of by the two above.</summary>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan? ScheduleToClose { get; init; }

    /// <summary>
    /// Published → completed, learned by each channel from what its completed jobs took. One of the other ways may be given beside it: it
    /// stands until a channel has learned. Without one, no such deadline is told until then.
    /// </summary>
    [Option]
    public LearnOptions? Learn { get; init; }

    /// <summary>Published → picked up. Needs an <c>acknowledge</c> of the relay's own.</summary>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan? ScheduleToStart { get; init; }

    /// <summary>Picked up → completed. Needs an <c>acknowledge</c> of the relay's own.</summary>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan? StartToClose { get; init; }

    /// <summary>
    /// The longest silence of the service instance that picked up, from its last span of any kind in the job's trace. Needs an
    /// <c>acknowledge</c> of the relay's own.
    /// </summary>
    [Option(Min = "1s", Max = "720h")]
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>
    /// The attribute of the producing span with a deadline of its own, instead of <c>schedule_to_close</c>: a time (RFC 3339), or seconds.
    /// </summary>
    [Option]
    public string? DeadlineAttribute { get; init; }

    /// <summary>
    /// The attribute of the producing span before which the job is not due: a time (RFC 3339), or seconds after that span's end. Deadlines
    /// count from then on.
    /// </summary>
    [Option]
    public string? NotBeforeAttribute { get; init; }

    /// <summary>The longest that <c>deadline_attribute</c> can ask for: 24h, unless given.</summary>
    /// <remarks>A job that a wrong value would hide for longer than a day should be found by the next one.</remarks>
    [Option(Min = "1ms", Max = "720h")]
    public TimeSpan? MaxDeadline { get; init; }

    /// <summary>Published → completed, whichever way it was given; null where neither way was. Where it is learned: until it is.</summary>
    public TimeSpan? EffectiveScheduleToClose => ScheduleToClose ?? MaxJobDuration * (Factor ?? DefaultFactor);

    /// <summary>The longest that published → completed can be; null where it is not given.</summary>
    public TimeSpan? Longest => Learn is { } learn && !(EffectiveScheduleToClose > learn.Max) ? learn.Max : EffectiveScheduleToClose;
}
