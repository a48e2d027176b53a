using Baton.Processor.Watch;
using static Baton.Processor.Tests.Watch.WatchFixture;

namespace Baton.Processor.Tests.Watch;

/// <summary>A disk that is full for journal and state alike.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task When_there_is_space_again_what_was_due_is_told_and_saved_without_a_restart()
    {
        var fixture = new WatchFixture { Settings = new WatchSettings { CheckpointInterval = TimeSpan.FromSeconds(5) } };
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(3);
        fixture.Disk.Capacity = 0;

        await baton.Run(60, telling: false);
        Assert.Empty(baton.Synthesized);
        await Until(() => baton.State.IsStalled);
        Assert.False(baton.Leg.Completion.IsCompleted);

        fixture.Disk.Capacity = long.MaxValue;
        await Until(() => !baton.State.IsStalled);
        await baton.Run(20);

        Assert.Equal("worker.deadline", Assert.Single(baton.Synthesized).Name);
        await Until(() => !baton.State.IsCheckpointing);
        await baton.Run(6);
        await Until(() => baton.State.RetainFrom is not null);
    }
}
