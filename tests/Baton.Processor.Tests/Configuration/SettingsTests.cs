using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;
using Baton.Processor.State;

namespace Baton.Processor.Tests.Configuration;

/// <summary>What the parts of the pipeline make of their section.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_defaults_of_the_configuration_are_those_of_the_journal() =>
        Assert.Equal(new JournalOptions { Directory = "./data/journal", MinFreeBytes = 128L << 20 }, JournalOptions.Of(new JournalSection()));

    [Fact]
    public void The_defaults_of_the_configuration_are_those_of_the_state() =>
        Assert.Equal(new StateDirectoryOptions { Directory = "./data/state" }, StateDirectoryOptions.Of(new StateSection()));

    [Fact]
    public void The_state_takes_the_memory_that_is_configured() => Assert.Equal(
        new StateDirectoryOptions { Directory = "/data", MemoryBytes = 64L << 20 },
        StateDirectoryOptions.Of(new StateSection { Directory = "/data", Memory = ByteSize.MiB(64) }));

    [Fact]
    public void The_journal_is_as_large_and_as_durable_as_configured() => Assert.Equal(
        new JournalOptions { Directory = "/data", MaxSizeBytes = 1L << 30, Durability = JournalDurability.Disk, MinFreeBytes = 128L << 20 },
        JournalOptions.Of(new JournalSection { Directory = "/data", MaxSize = ByteSize.GiB(1), Durability = JournalDurability.Disk }));
}
