using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.State;
using Baton.Processor.Watch;

namespace Baton.Processor;

/// <summary>What each part of the pipeline needs of the configuration, in the part's own terms.</summary>
internal static class PipelineSettings
{
    public static Journal.JournalOptions Journal(BatonOptions options, long? continueFrom) => new()
    {
        Directory = options.Journal.Directory,
        MaxSizeBytes = options.Journal.MaxSize.Bytes,
        Durability = options.Journal.Durability,
        ContinueFrom = continueFrom ?? 0,
    };

    public static StateDirectoryOptions State(BatonOptions options) => new()
    {
        Directory = options.State.Directory,
        MemoryBytes = options.State.Memory.Bytes,
    };

    public static WatchSettings Watch(BatonOptions options) => new()
    {
        BlindAfter = options.Continuity.BlindAfter,
        CheckpointInterval = options.State.CheckpointInterval,
    };
}
