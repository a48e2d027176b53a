using Baton.Continuity.Conditions;
using Baton.Continuity.Learn;

namespace Baton.Continuity.Join;

/// <summary>One kind of job: which spans publish, acknowledge and complete it, and its deadlines.</summary>
public sealed record RelayDefinition
{
    /// <summary>The `relay` label everywhere; unique among the relays.</summary>
    public required string Name { get; init; }

    /// <summary>Which spans publish; null for the default condition.</summary>
    public Condition? Produce { get; init; }

    /// <summary>Which spans pick the job up; null for the default condition.</summary>
    public Condition? Acknowledge { get; init; }

    /// <summary>Which spans complete it; null for the default condition.</summary>
    public Condition? Complete { get; init; }

    /// <summary>Which spans say that the job was given up, as a failed attempt; null for none.</summary>
    public Condition? DeadLetter { get; init; }

    /// <summary>How many completions, or which ones, complete it; null for as many as the producing span says that it published.</summary>
    public RelayExpectation? Expect { get; init; }

    /// <summary>What names a job on its producer's and on its worker's side, so that they are found where the context was dropped.</summary>
    public IReadOnlyList<JobIdKey> JobIds { get; init; } = [];

    /// <summary>Its deadlines.</summary>
    public required RelayDeadlines Deadlines { get; init; }

    /// <summary>True for `callback` and `default`, which nobody wrote: they say less where they know less.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>When a deadline of this relay may be told.</summary>
    public RelayArming Arming { get; init; }
}

/// <summary>When a relay's deadlines may be told.</summary>
public enum RelayArming : byte
{
    /// <summary>From the first handoff: a relay that somebody wrote.</summary>
    Always,

    /// <summary>For handoffs published after a channel has shown that its handoffs are acknowledged: the built-in `default`.</summary>
    Learned,

    /// <summary>For handoffs published after a completion was seen: the built-in `callback`.</summary>
    AfterCompletion,
}

/// <summary>A relay's deadlines, in Temporal's terms; durations in nanoseconds, 0 for none.</summary>
public sealed record RelayDeadlines
{
    /// <summary>From publication to completion. Where it is learned: until a channel has; 0 if none is in force until then.</summary>
    public required long ScheduleToCloseNanos { get; init; }

    /// <summary>How schedule_to_close is learned; null if it is not.</summary>
    public DeadlineLearning? Learning { get; init; }

    /// <summary>From publication to pick-up; needs a given `acknowledge`.</summary>
    public long ScheduleToStartNanos { get; init; }

    /// <summary>From the latest pick-up to completion; needs a given `acknowledge`.</summary>
    public long StartToCloseNanos { get; init; }

    /// <summary>From the last sign of life of the service instance that picked up; needs a given `acknowledge`.</summary>
    public long HeartbeatNanos { get; init; }

    /// <summary>The attribute of the producing span with its own schedule_to_close: a time (RFC 3339), or seconds; null for none.</summary>
    public string? DeadlineAttribute { get; init; }

    /// <summary>The attribute of the producing span before which the job is not due: a time (RFC 3339), or seconds after its end; null for none.</summary>
    public string? NotBeforeAttribute { get; init; }

    /// <summary>The longest that <see cref="DeadlineAttribute"/> can ask for.</summary>
    public long MaxDeadlineNanos { get; init; } = 24L * 3600 * 1_000_000_000;
}
