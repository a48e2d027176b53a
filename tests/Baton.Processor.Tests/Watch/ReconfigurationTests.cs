using Baton.Continuity.Conditions;
using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;
using Baton.Processor.Journal;
using Baton.Testing.Engine;
using Google.Protobuf;
using static Baton.Processor.Tests.Watch.WatchFixture;

namespace Baton.Processor.Tests.Watch;

/// <summary>Other relays while Baton runs: what is open keeps its relay and its deadlines, and nothing is told twice or forgotten.</summary>
public sealed class ReconfigurationTests
{
    // The render_job relay moves to the second place, and now has ten minutes; before it stands another.
    private static readonly ContinuityOptions Changed = new()
    {
        Relays =
        [
            Relay("mail", "produce.mail", 60),
            Relay("render_job", "produce.render_job", 600),
        ],
    };

    [Fact]
    public async Task Handoffs_keep_the_relay_that_they_were_opened_with_and_new_ones_get_the_new()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0), Publish("t2", 0));
        await baton.Run(5);
        await baton.Send(Acknowledge("t2", 4));

        await baton.Reconfigure(Changed);
        await baton.Run(5);
        await baton.Send(Published("t3", "produce.mail", 10), Published("t4", "produce.render_job", 10));
        await baton.Run(40);

        // Not acknowledged within the 30 s that were in force when it was published.
        Assert.Equal([("render_job", "schedule_to_start_timeout")], baton.Told);
        await baton.Run(40);
        Assert.Equal(("mail", "schedule_to_close_timeout"), baton.Told[^1]);
        await baton.Run(1000, 5);

        Assert.Equal(
            [("render_job", "schedule_to_start_timeout"), ("mail", "schedule_to_close_timeout"), ("render_job", "schedule_to_close_timeout"), ("render_job", "schedule_to_close_timeout")],
            baton.Told);
        Assert.Equal([600.0, 810.0], baton.DeadlineSeconds.TakeLast(2).Order());
        Assert.Equal(1, baton.Starts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_kill_the_replay_reads_the_entries_before_and_after_the_change_each_by_its_relays(bool checkpointed)
    {
        var fixture = new WatchFixture { Settings = new() { CheckpointInterval = TimeSpan.FromSeconds(checkpointed ? 1 : 1000) } };
        await using var before = await fixture.StartLive();
        await before.Send(Publish("t1", 0));
        await before.Run(2);
        await before.Reconfigure(Changed);
        await before.Run(1);
        await before.Send(Published("t2", "produce.mail", 3));
        await before.Run(2);
        before.Kill();

        fixture.Options = Changed;
        await using var after = await fixture.StartLive();
        await after.Run(1000, 5);

        Assert.Equal(["mail", "render_job"], after.Told.Select(told => told.Relay).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_span_is_told_once_whatever_the_change_comes_between()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        for (var i = 0; i < 60; i++)
        {
            await baton.Send(Publish($"t{i}", i));
            if (i % 3 == 0) await baton.Reconfigure(i % 2 == 0 ? Changed : fixture.Options);
            await baton.Run(1);
        }
        await baton.Run(1500, 5);

        Assert.Equal(60, baton.Synthesized.Count);
        Assert.Equal(60, baton.Synthesized.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(1, baton.Starts);
    }

    private static RelayDefinition Relay(string name, string produce, int seconds) => new()
    {
        Name = name,
        Produce = Condition.Parse($"span.name == \"{produce}\"").Condition,
        Complete = Condition.Parse("span.name == \"worker.complete\"").Condition,
        Deadlines = new RelayDeadlines { ScheduleToCloseNanos = seconds * Second },
    };

    private static SpanSpec Published(string trace, string name, double at) => SpanSpec.Producer(name, at, at + 0.18).As("p" + trace).In(trace);
}
