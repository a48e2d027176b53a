using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Simulation.Standing;

/// <summary>What is held, and by which rules.</summary>
public sealed record StandingOptions
{
    private const long Second = 1_000_000_000;

    /// <summary>Where journal and state are.</summary>
    public required string Directory { get; init; }

    /// <summary>Jobs that are published and never picked up.</summary>
    public long Handoffs { get; init; } = 10_000_000;

    /// <summary>Of these, how many fall due at once.</summary>
    public long DueAtOnce { get; init; } = 1_000_000;

    /// <summary>How many fall due five seconds before them, so that the code that tells them has been compiled.</summary>
    public long WarmUp { get; init; } = 100_000;

    /// <summary>True if each has a message id of 36 characters, and is remembered under it.</summary>
    public bool JobIds { get; init; }

    /// <summary>state.memory.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Shards; null for as many as the product makes.</summary>
    public int? Shards { get; init; }

    /// <summary>Where the present of the last process is kept for the next: time is virtual.</summary>
    internal string ClockFile => Path.Combine(Directory, "clock");

    /// <summary>One relay with two deadlines; the first passes five minutes after a job was published.</summary>
    internal ContinuityOptions Rules
    {
        get
        {
            var relay = Life.Options.Relays[0];
            return new ContinuityOptions
            {
                // More than there are: none is given up.
                MaxHandoffs = 2 * Handoffs + 1_000_000,
                Relays =
                [
                    relay with
                    {
                        Deadlines = new RelayDeadlines { ScheduleToStartNanos = DeadlineSeconds * Second, ScheduleToCloseNanos = 3 * DeadlineSeconds * Second },
                        JobIds = JobIds ? [JobIdKey.Of("messaging.message.id")] : [],
                    },
                ],
            };
        }
    }

    /// <summary>Seconds from a publication to its first deadline.</summary>
    internal const int DeadlineSeconds = 300;
}
