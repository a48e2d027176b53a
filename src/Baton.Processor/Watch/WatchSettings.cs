using Baton.Processor.Configuration.Options;

namespace Baton.Processor.Watch;

/// <summary>When the watch leg does what it does besides reading.</summary>
internal sealed record WatchSettings
{
    /// <summary>How often what is due is looked for while nothing arrives. Default 100 ms: two slices of the wheel.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A pause between two looks at the clock that counts as a suspension; <c>continuity.blind_after</c>.</summary>
    public TimeSpan BlindAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often state is saved; <c>state.checkpoint_interval</c>.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often gauges are brought up to date. Default 1 s: scrapes are seldom more frequent.</summary>
    public TimeSpan ObservationInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause before an entry is offered again to a journal that did not take it. Default 1 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the configuration says.</summary>
    public static WatchSettings Of(BatonOptions options) => new()
    {
        BlindAfter = options.Continuity.BlindAfter,
        CheckpointInterval = options.State.CheckpointInterval,
    };
}
