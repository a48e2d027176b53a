using Baton.Continuity.Conditions;
using Baton.Continuity.Join;

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

    public static ContinuityOptions Of(params RelayDefinition[] relays) => new() { Relays = [.. relays, Callback, Default] };

    public static Condition Parse(string text) => Condition.Parse(text).Condition ?? throw new ArgumentException(text);
}
