using Baton.Processor.Configuration.Options;

namespace Baton.Processor.State;

/// <summary>Where state is kept and how much memory it may take.</summary>
internal sealed record StateDirectoryOptions
{
    /// <summary>The smallest memory of one shard: eight pages of log and the index that goes with them.</summary>
    public const long LeastShardMemoryBytes = 9L << 20;

    /// <summary>The directory of the checkpoints and of the stores' logs. It is created, and locked against a second process.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of memory over all shards. What is more goes to disk. Default 512 MiB: two million records.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Shards of a directory that is created now; an existing one keeps the number that it has. Null: one on one or two processors, where a second would
    /// only take from the receivers; above that one per two processors, at most eight, and never so many that a shard has less than <see cref="LeastShardMemoryBytes"/>.
    /// </summary>
    public int? Shards { get; init; }

    /// <summary>What the section <c>state</c> of the configuration says.</summary>
    public static StateDirectoryOptions Of(StateSection section) => new() { Directory = section.Directory, MemoryBytes = section.Memory.Bytes };

    /// <summary>The shards that a new directory gets.</summary>
    public int ShardsOfNew(int processors)
    {
        var wanted = Shards ?? (processors <= 2 ? 1 : Math.Min(8, processors / 2));
        return (int)Math.Clamp(MemoryBytes / LeastShardMemoryBytes, 1, wanted);
    }
}
