using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Watch;

/// <summary>When the watch leg does what it does besides reading.</summary>
internal sealed record WatchSettings
{
    /// <summary>How often a checkpoint is taken; <c>state.checkpoint_interval</c>.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Journal bytes after which one is taken earlier. Two checkpoints hold the journal back, so what the watch leg holds is about twice this; an eighth of <c>journal.max_size</c>,
    /// so that a busy journal is not full of what only the watch leg needs. Default: an eighth of 10 GiB.
    /// </summary>
    public long CheckpointBytes { get; init; } = 10L << 27;

    /// <summary>A pause between two looks at the clock that counts as a suspension; <c>continuity.blind_after</c>.</summary>
    public TimeSpan BlindAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often what is due is looked for while nothing arrives. Default 100 ms: two slices of the wheel.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often gauges are brought up to date. Default 1 s: scrapes are seldom more frequent.</summary>
    public TimeSpan ObservationInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the configuration says.</summary>
    public static WatchSettings Of(BatonOptions options) => new()
    {
        BlindAfter = options.Continuity.BlindAfter,
        CheckpointInterval = options.State.CheckpointInterval,
        CheckpointBytes = options.Journal.MaxSize.Bytes / 8,
    };
}
