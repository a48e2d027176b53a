using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Journal;

namespace Baton.Processor.Tests.Configuration;

/// <summary>What the parts of the pipeline make of their section.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_defaults_of_the_configuration_are_those_of_the_journal() =>
        Assert.Equal(new JournalOptions { Directory = "./data/journal" }, JournalOptions.Of(new JournalSection()));

    [Fact]
    public void The_journal_is_as_large_and_as_durable_as_configured() => Assert.Equal(
        new JournalOptions { Directory = "/data", MaxSizeBytes = 1L << 30, Durability = JournalDurability.Disk },
        JournalOptions.Of(new JournalSection { Directory = "/data", MaxSize = ByteSize.GiB(1), Durability = JournalDurability.Disk }));
}
