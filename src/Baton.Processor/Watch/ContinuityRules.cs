using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Learn;
using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Watch;

/// <summary>
/// Turns the section <c>continuity</c> of the configuration, and the bound of the section <c>state</c>, into what the engine decides by:
/// conditions compiled, durations in nanoseconds.
/// </summary>
internal static class ContinuityRules
{
    /// <summary>The rules of a configuration that was found free of faults.</summary>
    public static ContinuityOptions From(BatonOptions options) => From(options.Continuity) with { MaxHandoffs = options.State.MaxHandoffs };

    /// <summary>The same, with the bound that holds where none is given.</summary>
    public static ContinuityOptions From(ContinuitySection section) => new()
    {
        Relays = [.. Relays(section)],
        ExportLagNanos = Nanos(section.ExportLag),
        BlindAfterNanos = Nanos(section.BlindAfter),
        SettleNanos = Nanos(section.Settle),
        SenderRetryNanos = Nanos(section.SenderRetry),
        RememberNanos = Nanos(section.Remember),
        LateWindowNanos = Nanos(section.LateWindow),
        BackpressureWindowNanos = Nanos(section.Backpressure.Window),
        ThrashRatio = section.Backpressure.ThrashRatio,
        HandoffsPerTrace = section.Limits.HandoffsPerTrace,
        LinksPerSpan = section.Limits.LinksPerSpan,
        Names = section.Limits.Channels,
        SpanNames = new SpanNames { Deadline = section.Spans.Deadline, Orphan = section.Spans.Orphan, Stitch = section.Spans.Stitch, Recovered = section.Spans.Recovered },
    };

    // The order is the order in which they are asked: the file's, then the built-in ones, the most general last.
    private static IEnumerable<RelayDefinition> Relays(ContinuitySection section)
    {
        foreach (var relay in section.Relays)
        {
            yield return new RelayDefinition
            {
                Name = relay.Name,
                Produce = Compile(relay.Produce),
                Acknowledge = Compile(relay.Acknowledge),
                Complete = Compile(relay.Complete),
                DeadLetter = Compile(relay.DeadLetter),
                Expect = relay.Expect is null ? null : Expectation(relay.Expect),
                JobIds = JobIds(relay.JobId),
                Deadlines = Deadlines(relay.Deadlines),
            };
        }
        if (section.CallbackRelay.Enabled)
        {
            yield return new RelayDefinition
            {
                Name = "callback",
                Produce = Compile(new ConditionText("HasPrefix(span.name, \"produce.\")")),
                Acknowledge = Compile(new ConditionText("span.name == \"worker.ack_wake\"")),
                Complete = Compile(new ConditionText("span.name == \"worker.complete\"")),
                Deadlines = Deadlines(section.CallbackRelay.Deadlines),
                BuiltIn = true,
                Arming = RelayArming.AfterCompletion,
            };
        }
        if (section.DefaultRelay.Enabled)
        {
            yield return new RelayDefinition
            {
                Name = "default",
                JobIds = JobIds(section.DefaultRelay.JobId),
                Deadlines = Deadlines(section.DefaultRelay.Deadlines),
                BuiltIn = true,
                Arming = RelayArming.Learned,
            };
        }
    }

    private static IReadOnlyList<JobIdKey> JobIds(IReadOnlyList<AttributeNames>? keys) => [.. (keys ?? []).Select(key => new JobIdKey(key.Names))];

    private static RelayDeadlines Deadlines(RelayDeadlinesOptions deadlines) => new()
    {
        ScheduleToCloseNanos = Nanos(deadlines.EffectiveScheduleToClose ?? TimeSpan.Zero),
        Learning = deadlines.Learn is { } learn ? Learning(learn) : null,
        ScheduleToStartNanos = Nanos(deadlines.ScheduleToStart ?? TimeSpan.Zero),
        StartToCloseNanos = Nanos(deadlines.StartToClose ?? TimeSpan.Zero),
        HeartbeatNanos = Nanos(deadlines.Heartbeat ?? TimeSpan.Zero),
        DeadlineAttribute = deadlines.DeadlineAttribute,
        NotBeforeAttribute = deadlines.NotBeforeAttribute,
        MaxDeadlineNanos = Nanos(deadlines.MaxDeadline ?? TimeSpan.FromDays(1)),
    };

    private static RelayExpectation Expectation(ExpectOptions expect) => new()
    {
        By = expect.By,
        AllOf = expect.AllOf,
        Count = expect.Count ?? 0,
        CountAttribute = expect.CountAttribute,
    };

    private static DeadlineLearning Learning(LearnOptions learn) => new()
    {
        Quantile = learn.Quantile,
        Factor = learn.Factor,
        MinNanos = Nanos(learn.Min),
        MaxNanos = Nanos(learn.Max),
        WarmUp = learn.WarmUp,
    };

    private static Condition? Compile(ConditionText? text) => text is { } given
        ? Condition.Parse(given.Text).Condition ?? throw new InvalidOperationException($"A condition was not checked: {given}.")
        : null;

    private static long Nanos(TimeSpan duration) => duration.Ticks * TimeSpan.NanosecondsPerTick;
}
