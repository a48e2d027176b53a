using Baton.Continuity.Judge;
using Baton.Processor.Journal;
using Baton.Processor.Tests.Journal;
using Baton.Processor.Watch;
using Baton.Testing.Disk;
using Baton.Testing.Engine;
using static Baton.Processor.Tests.Watch.WatchFixture;

namespace Baton.Processor.Tests.Watch;

public sealed class WatchLegTests
{
    [Fact]
    public async Task A_lost_wake_up_is_told_once_as_an_entry_of_the_journal()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(38);
        Assert.Empty(baton.Synthesized);

        await baton.Run(100);

        Assert.Equal("worker.deadline", Assert.Single(baton.Synthesized).Name);
        Assert.Equal(1, baton.Starts);
        Assert.Equal(1, baton.Engine.Traces);
    }

    [Theory]
    [InlineData(EntryKind.Metrics, true)]
    [InlineData(EntryKind.OwnMetrics, false)]
    public async Task Senders_are_taken_to_live_by_what_they_send_and_not_by_what_Baton_says_of_itself(EntryKind kind, bool told)
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        for (var i = 0; i < 31; i++)
        {
            await baton.Run(10);
            await baton.Append(EntryKind.Logs);
        }
        await baton.Send(Publish("t1", 309));
        for (var i = 0; i < 9; i++)
        {
            await baton.Run(10);
            await baton.Append(kind);
        }
        await baton.Run(1);

        Assert.Equal(told, baton.Synthesized.Count == 1);
        Assert.Equal(!told, baton.Engine.Blind.IntakeStopped);
    }

    [Fact]
    public async Task A_job_that_completes_is_not_told()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(5);
        await baton.Send(Acknowledge("t1", 4));
        await baton.Run(100);
        await baton.Send(Complete("t1", 100));
        await baton.Run(1000, 5);

        Assert.Empty(baton.Synthesized);
        Assert.Equal(0, baton.Engine.Traces);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_kill_a_handoff_is_still_watched_and_its_deadline_told_when_senders_have_had_time(bool checkpointed)
    {
        var fixture = new WatchFixture { Settings = new WatchSettings { CheckpointInterval = TimeSpan.FromSeconds(checkpointed ? 1 : 1000) } };
        await using var before = await fixture.StartLive();
        await before.Send(Publish("t1", 0));
        await before.Run(10);
        if (checkpointed) await Until(() => before.State.RetainFrom is not null);
        before.Kill();

        fixture.Time.Advance(TimeSpan.FromSeconds(100));
        var observer = new RecordingObserver();
        await using var after = await fixture.StartLive(observer);
        Assert.Equal(checkpointed, after.State.ReplayFrom is not null);
        Assert.Equal(1, after.Engine.Traces);
        await after.Run(28);
        Assert.Empty(after.Synthesized);
        await after.Run(5);

        Assert.Equal("worker.deadline", Assert.Single(after.Synthesized).Name);
        // The opening was told before the kill, and a replay counts nothing twice.
        Assert.Equal(0, observer.Count("opened"));
    }

    [Fact]
    public async Task A_completion_that_is_in_the_journal_at_a_kill_counts_after_it()
    {
        var fixture = new WatchFixture();
        await using var before = await fixture.StartLive();
        await before.Send(Publish("t1", 0));
        await before.Run(2);
        await before.Send(Acknowledge("t1", 1), Complete("t1", 2));
        before.Kill();

        await using var after = await fixture.StartLive();
        await after.Run(900, 10);

        Assert.Empty(after.Synthesized);
    }

    [Fact]
    public async Task What_was_told_is_not_told_again_after_a_kill()
    {
        var fixture = new WatchFixture();
        await using var before = await fixture.StartLive();
        await before.Send(Publish("t1", 0));
        await before.Run(60);
        Assert.Single(before.Synthesized);
        before.Kill();

        await using var after = await fixture.StartLive();
        await after.Run(200, 5);

        Assert.Single(after.Synthesized);
    }

    [Fact]
    public async Task What_was_concluded_but_not_written_at_a_kill_is_concluded_again_with_the_same_id()
    {
        var fixture = new WatchFixture();
        var told = new RecordingObserver();
        await using var before = await fixture.StartLive(told);
        await before.Send(Publish("t1", 0));
        await before.Run(30);
        fixture.Disk.Inject = call => IsJournalWrite(call) ? DiskFault.NoSpace : null;
        await before.Run(30, telling: false);
        Assert.Equal(1, told.Count("missed"));
        Assert.Empty(before.Synthesized);
        before.Kill();

        await using var after = await fixture.StartLive();
        await after.Run(60);

        var reference = new Story(fixture.Options).Arrive(0, Publish("t1", 0)).Run(60);
        Assert.Equal(Assert.Single(reference.Synthesized).Span.SpanId, Assert.Single(after.Synthesized).SpanId);
    }

    [Fact]
    public async Task A_journal_without_room_keeps_what_was_concluded_until_there_is_some()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(39);
        await baton.Send(Publish("t2", 35));
        fixture.Disk.Inject = call => IsJournalWrite(call) ? DiskFault.NoSpace : null;
        await baton.Run(100, telling: false);
        Assert.Empty(baton.Synthesized);
        Assert.Single(fixture.Logger.Errors, line => line.Contains("no room for Baton's own spans"));

        fixture.Disk.Inject = null;
        await baton.Run(10);

        Assert.Equal(["worker.deadline", "worker.deadline"], baton.Synthesized.Select(span => span.Name));
    }

    [Fact]
    public async Task Nothing_is_told_while_what_arrived_in_time_lies_unread()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(20);

        using var readAgain = new ManualResetEvent(false);
        fixture.Disk.Inject = call => call.Operation == DiskOperation.Read && call.Path.StartsWith("/journal", StringComparison.Ordinal) ? DiskFault.Stall(readAgain) : null;
        await baton.Send(Acknowledge("t1", 15));
        for (var i = 0; i < 25; i++) fixture.Time.Advance(TimeSpan.FromSeconds(1));
        fixture.Disk.Inject = null;
        readAgain.Set();
        await baton.Settle();
        await baton.Run(100);

        Assert.Empty(baton.Synthesized);
    }

    [Fact]
    public async Task A_suspended_machine_begins_anew_and_holds_back_what_waited()
    {
        var fixture = new WatchFixture();
        await using var baton = await fixture.StartLive();
        await baton.Send(Publish("t1", 0));
        await baton.Run(5);

        fixture.Time.Advance(TimeSpan.FromSeconds(3600));
        await baton.Settle();
        await baton.Run(28);
        Assert.Equal(2, baton.Starts);
        Assert.Empty(baton.Synthesized);
        // The worker had woken; its span was delivered only now.
        await baton.Send(Acknowledge("t1", 3));
        await baton.Run(100);

        Assert.DoesNotContain(baton.Synthesized, span => span.Status.Message == "worker did not wake up in time");
    }

    [Fact]
    public async Task A_graceful_stop_saves_everything_so_that_the_next_start_replays_nothing()
    {
        var fixture = new WatchFixture();
        var before = await fixture.StartLive();
        await before.Send(Publish("t1", 0));
        await before.Stop();

        await using var after = fixture.Start();
        var from = after.State.ReplayFrom;
        await after.Leg.Live;

        Assert.Equal(1, after.Engine.Traces);
        Assert.DoesNotContain(after.Journal.ReadAll(from!.Value), entry => entry.Kind != EntryKind.Own);
    }

    [Fact]
    public async Task Checkpoints_follow_each_other_and_the_journal_is_held_back_for_the_older_of_two()
    {
        var fixture = new WatchFixture { Settings = new WatchSettings { CheckpointInterval = TimeSpan.FromSeconds(10) } };
        await using var baton = await fixture.StartLive();
        var positions = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            await baton.Send(Publish($"t{i}", i));
            await baton.Run(11);
            await Until(() => !baton.State.IsCheckpointing);
            positions.Add(baton.Journal.Tail);
        }

        await Until(() => baton.State.RetainFrom == positions[1]);
        await baton.Run(1);
        Assert.Equal(positions[1], baton.Journal.OpenCursor(WatchLeg.Cursor).Position);
    }

    [Fact]
    public async Task Many_bytes_bring_a_checkpoint_before_its_time()
    {
        var fixture = new WatchFixture { Settings = new WatchSettings { CheckpointInterval = TimeSpan.FromHours(1), CheckpointBytes = 1000 } };
        await using var baton = await fixture.StartLive();
        for (var i = 0; i < 10; i++) await baton.Send(Publish($"t{i}", i));

        await baton.Run(3);

        await Until(() => baton.State.RetainFrom is not null);
    }

    [Fact]
    public async Task What_judging_fails_on_ends_the_leg_once_and_is_left_out_afterwards()
    {
        var fixture = new WatchFixture();
        await using var first = await fixture.StartLive(new ScriptedObserver(FailOnPoison));
        await first.Send(Publish("t1", 0));
        await first.Settle();
        await first.Send(Publish("t2", 0).From("poison"));

        var fault = await Assert.ThrowsAsync<WatchException>(() => first.Leg.Completion);
        Assert.Contains("could not be judged, and will be left out after a restart: poison", fault.Message);
        Assert.Contains(fixture.Logger.Errors, line => line.Contains("The watch leg cannot go on, and Baton must stop"));
        first.Kill();

        await using var second = await fixture.StartLive(new ScriptedObserver(FailOnPoison));
        await second.Run(100);
        Assert.Contains(fixture.Logger.Errors, line => line.Contains("is not judged: judging it failed before this start"));
        Assert.Equal(Ids.Trace("t1"), Assert.Single(second.Synthesized).TraceId);
    }

    [Fact]
    public async Task Shards_on_threads_of_their_own_come_to_the_same_conclusions()
    {
        var conclusions = new List<string[]>();
        foreach (var shards in new[] { 1, 3 })
        {
            var fixture = new WatchFixture { Shards = shards };
            await using var baton = await fixture.StartLive();
            for (var i = 0; i < 60; i++)
            {
                await baton.Send([.. Enumerable.Range(0, 5).Select(n => Publish($"t{i}-{n}", i))]);
                if (i > 3) await baton.Send([.. Enumerable.Range(0, 4).Select(n => Acknowledge($"t{i - 3}-{n}", i))]);
                await baton.Run(1);
            }
            await baton.Run(1000, 10);
            conclusions.Add([.. baton.Synthesized.Select(span => $"{span.SpanId.ToBase64()} {span.Status.Message} {span.EndTimeUnixNano}")]);
            Assert.Equal(shards, baton.State.Stores.Count);
        }

        Assert.Equal(300, conclusions[0].Length);
        Assert.Equal(conclusions[0], conclusions[1]);
    }

    [Fact]
    public async Task The_lag_is_the_age_of_what_is_being_judged()
    {
        var fixture = new WatchFixture();
        using var judge = new ManualResetEvent(false);
        await using var baton = await fixture.StartLive(new ScriptedObserver(_ => judge.WaitOne()));
        await baton.Settle();
        Assert.Equal(0, baton.Leg.LagSeconds);

        await baton.Send(Publish("t1", 0));
        await Until(() => baton.Leg.JudgingUnixNanos > 0);
        fixture.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(7, baton.Leg.LagSeconds);

        judge.Set();
        await baton.Settle();
        Assert.Equal(0, baton.Leg.LagSeconds);
    }

    private static bool IsJournalWrite(DiskCall call) => call.Operation == DiskOperation.Write && call.Path.EndsWith(".segment", StringComparison.Ordinal);

    private static void FailOnPoison(HandoffView handoff)
    {
        if (handoff.Service == "poison") throw new InvalidOperationException("poison");
    }
}
