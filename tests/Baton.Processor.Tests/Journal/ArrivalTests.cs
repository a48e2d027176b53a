using Baton.Testing.Disk;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Processor.Tests.Journal;

/// <summary>Arrival times never run backwards, and what was observed stays true.</summary>
public sealed class ArrivalTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_clock_that_steps_back_across_a_restart_does_not_turn_arrivals_back()
    {
        var fixture = JournalFixture.Simulated();
        await using (var journal = (fixture with { Time = new FakeTimeProvider(Noon) }).Open()) await journal.Append([1]);
        await using (var journal = (fixture with { Time = new FakeTimeProvider(Noon.AddHours(-1)) }).Open()) await journal.Append([2]);
        await using var last = (fixture with { Time = new FakeTimeProvider(Noon.AddSeconds(1)) }).Open();
        await last.Append([3]);
        var noon = Noon.ToUnixTimeMilliseconds() * 1_000_000;
        Assert.Equal([noon, noon, noon + 1_000_000_000], last.ReadAll().Select(entry => entry.ArrivalUnixNanos));
    }

    [Fact]
    public async Task An_empty_last_segment_still_tells_how_late_it_was()
    {
        var disk = new SimulatedDisk();
        var fixture = JournalFixture.Simulated() with { Disk = disk, SegmentSizeBytes = 100 };
        await using (var journal = (fixture with { Time = new FakeTimeProvider(Noon) }).Open())
        {
            await journal.Append(new byte[100]);
            // The segment is begun, and then the process dies within its first group.
            disk.Inject = call => call is { Operation: Testing.Disk.DiskOperation.Write, Length: > 64 } ? DiskFault.CrashAfter(10) : null;
            await journal.Append(new byte[100]);
        }
        await using var reopened = (fixture.On(disk.AfterProcessCrash()) with { Time = new FakeTimeProvider(Noon.AddDays(-1)) }).Open();
        await reopened.Append([2]);
        Assert.Equal(Noon.ToUnixTimeMilliseconds() * 1_000_000, reopened.ReadAll()[^1].ArrivalUnixNanos);
    }

    [Fact]
    public async Task Entries_after_an_observation_are_at_or_after_its_tail_and_time_though_the_clock_steps_back()
    {
        var time = new SettableTime { Now = Noon };
        await using var journal = (JournalFixture.Simulated() with { Time = time }).Open();
        await journal.Append([1]);
        time.Now = Noon.AddSeconds(5);
        var (tail, now) = journal.Observe();
        Assert.Equal(journal.Tail, tail);
        time.Now = Noon;
        var position = (await journal.Append([2])).Position;
        Assert.True(position >= tail);
        Assert.True(journal.ReadAll(position)[0].ArrivalUnixNanos >= now);
    }

    [Fact]
    public async Task An_observation_during_a_write_does_not_pass_the_arrival_of_what_is_being_written()
    {
        var time = new SettableTime { Now = Noon };
        var disk = new SimulatedDisk();
        await using var journal = (JournalFixture.Simulated() with { Time = time, Disk = disk }).Open();
        (long Tail, long Now) observed = default;
        disk.Inject = call =>
        {
            if (call.Operation != Testing.Disk.DiskOperation.Write) return null;
            time.Now = Noon.AddHours(1);
            observed = journal.Observe();
            return null;
        };
        await journal.Append([1]);
        var entry = Assert.Single(journal.ReadAll());
        Assert.Equal(entry.Position, observed.Tail);
        Assert.True(entry.ArrivalUnixNanos >= observed.Now);
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
