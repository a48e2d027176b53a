using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Testing.Engine;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Relays as users would write them.</summary>
internal static class Relays
{
    public const long Second = 1_000_000_000;

    public static RelayDefinition RenderJob { get; } = new()
    {
        Name = "render_job",
        Produce = Parse("span.name == \"produce.render_job\""),
        Acknowledge = Parse("span.name == \"worker.ack_wake\""),
        Complete = Parse("span.name == \"worker.complete\""),
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 810 * Second, ScheduleToStartNanos = 30 * Second, StartToCloseNanos = 600 * Second },
    };

    public static RelayDefinition Callback { get; } = new()
    {
        Name = "callback",
        Produce = Parse("HasPrefix(span.name, \"produce.\")"),
        Acknowledge = Parse("span.name == \"worker.ack_wake\""),
        Complete = Parse("span.name == \"worker.complete\""),
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 900 * Second },
        BuiltIn = true,
        Arming = RelayArming.AfterCompletion,
    };

    public static RelayDefinition Default { get; } = new()
    {
        Name = "default",
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 900 * Second },
        BuiltIn = true,
        Arming = RelayArming.Learned,
    };

    /// <summary>A relay of the user's that leaves every condition to the defaults.</summary>
    public static RelayDefinition Queue { get; } = new()
    {
        Name = "queue",
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 60 * Second },
    };

    /// <summary>Of jobs that are done at once.</summary>
    private static RelayDefinition Early { get; } = new()
    {
        Name = "early",
        Produce = Parse("span.name == \"early.publish\""),
        Complete = Parse("span.name == \"early.done\""),
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = 60 * Second },
    };

    public static ContinuityOptions Of(params RelayDefinition[] relays) => new() { Relays = [.. relays, Callback, Default] };

    /// <summary>Options with a relay beside another, <see cref="Early"/>; what is done is soon forgotten.</summary>
    public static ContinuityOptions OfAfterOthers(RelayDefinition relay) => Of(relay, Early) with { RememberNanos = Second };

    /// <summary>
    /// A story in which other jobs were there first, and are forgotten after 1.5 s: after a start the traces that came later have other entries in
    /// the timing wheels than before, as is the rule where there are many.
    /// </summary>
    public static Story AfterOthers(RelayDefinition relay, int shards)
    {
        var jobs = Enumerable.Range(0, 12).Select(i => $"early{i}");
        return new Story(OfAfterOthers(relay), shards).Arrive(0.5, [.. jobs.SelectMany(job => (SpanSpec[])
        [
            SpanSpec.Producer("early.publish", 0, 0.1).As(job).In(job),
            SpanSpec.Consumer("early.done", 0.2, 0.3).As($"{job}-done").Under(job).In(job),
        ])]);
    }

    public static Condition Parse(string text) => Condition.Parse(text).Condition ?? throw new ArgumentException(text);
}
