using Baton.Continuity.Join;
using Baton.Continuity.Judge;
using Baton.Continuity.Tests.Stories;

namespace Baton.Continuity.Tests.Judge;

/// <summary>Which deadline of a handoff passes first, and when that may be told: export_lag is 10 s, sender_retry 5 min. Times are in seconds.</summary>
public class DeadlinesTests
{
    private const long Second = Relays.Second;

    private static readonly ContinuityOptions Options =
        Relays.Of(Relays.Queue with { Deadlines = new() { ScheduleToCloseNanos = 60 * Second, HeartbeatNanos = 20 * Second } });

    private readonly Sight _sight = new(Options);
    private Handoff _handoff = new()
    {
        Published = new Publication { End = 1000 * Second, Arrival = 1001 * Second, CloseBy = 1100 * Second, StartBy = 1030 * Second, StartToClose = 40 * Second },
    };

    [Fact]
    public void Until_it_is_picked_up_the_time_to_start_counts_and_after_that_the_time_to_close_from_then()
    {
        IsNext(DeadlineKind.ScheduleToStart, 1030, 1040);
        PickUp(1020, 1022, 0);
        IsNext(DeadlineKind.StartToClose, 1060, 1070);
        PickUp(1070, 1070, 0);
        IsNext(DeadlineKind.ScheduleToClose, 1100, 1110);
        (_handoff.Published.StartToClose, _handoff.Published.StartBy) = (0, 0);
        IsNext(DeadlineKind.ScheduleToClose, 1100, 1110);
        _handoff.Unmark(HandoffMarks.Acknowledged);
        IsNext(DeadlineKind.ScheduleToClose, 1100, 1110);
    }

    [Fact]
    public void What_was_late_before_may_be_late_again_for_as_long_as_senders_retry()
    {
        _handoff.Published.Arrival = 1050 * Second;
        IsNext(DeadlineKind.ScheduleToStart, 1030, 1110);
        _handoff.Published.Arrival = 1900 * Second;
        IsNext(DeadlineKind.ScheduleToStart, 1030, 2210);
        PickUp(1020, 1150, 60);
        _handoff.Published.Arrival = 1001 * Second;
        IsNext(DeadlineKind.ScheduleToClose, 1100, 1110);
        _handoff.Published.CloseBy = 3000 * Second;
        IsNext(DeadlineKind.StartToClose, 1060, 1220);
    }

    [Fact]
    public void Of_two_that_may_be_told_at_one_time_the_earlier_counts()
    {
        // Both wait for the lateness of the publication.
        _handoff.Published.Arrival = 1060 * Second;
        IsNext(DeadlineKind.ScheduleToStart, 1030, 1130);
        (_handoff.Published.StartBy, _handoff.Published.CloseBy) = (1050 * Second, 1040 * Second);
        IsNext(DeadlineKind.ScheduleToClose, 1040, 1130);
    }

    [Fact]
    public void Silence_runs_from_the_last_sign_of_life_be_it_a_pick_up_or_not()
    {
        _handoff.Terms.Heartbeat = 20 * Second;
        _handoff.Mark(HandoffMarks.HasTerms);
        PickUp(1010, 1011, 0);
        _handoff.Pulse = new Pulse { First = 1012 * Second, Last = 1015 * Second, Arrival = 1016 * Second };
        IsNext(DeadlineKind.Heartbeat, 1035, 1045);
        _handoff.Pulse = new Pulse { First = 1005 * Second, Last = 1005 * Second, Arrival = 1005 * Second };
        IsNext(DeadlineKind.Heartbeat, 1030, 1040);
        // It came 12 s late: so may the next.
        _handoff.Pulse = new Pulse { First = 1012 * Second, Last = 1015 * Second, Arrival = 1027 * Second };
        IsNext(DeadlineKind.Heartbeat, 1035, 1049);

        _handoff.Mark(HandoffMarks.AttemptFailed);
        _handoff.Failed.At = 1015 * Second;
        IsNext(DeadlineKind.StartToClose, 1050, 1060);
        _handoff.Unmark(HandoffMarks.AttemptFailed);
        Assert.Equal(DeadlineKind.StartToClose, Deadlines.Of(_handoff, Relays.Of(Relays.Queue), _sight).Kind); // signs are not recorded any more
    }

    [Fact]
    public void It_waits_for_an_orphan_and_after_a_start()
    {
        _handoff.HeldUntil = 1043 * Second;
        IsNext(DeadlineKind.ScheduleToStart, 1030, 1043);
        _sight.Start(1020 * Second, 0);
        IsNext(DeadlineKind.ScheduleToStart, 1030, 1050);
        _handoff.JobIds = new ByteRange(0, 5);
        Assert.Equal(1050 * Second + TimingWheel.SliceNanos, Deadlines.Of(_handoff, Options, _sight).FiresAt);
    }

    [Fact]
    public void A_completion_is_measured_by_what_was_told_or_else_by_the_earliest_in_force()
    {
        Assert.Equal(1100 * Second, Deadlines.DeadlineAt(_handoff));
        PickUp(1020, 1022, 0);
        Assert.Equal(1060 * Second, Deadlines.DeadlineAt(_handoff));
        PickUp(1080, 1080, 0);
        Assert.Equal(1100 * Second, Deadlines.DeadlineAt(_handoff));
        _handoff.Published.CloseUntold = true;
        Assert.Equal(1120 * Second, Deadlines.DeadlineAt(_handoff));
        _handoff.Published.StartToClose = 0;
        Assert.Equal(long.MaxValue, Deadlines.DeadlineAt(_handoff));
        Assert.Equal(DeadlineKind.None, Deadlines.Of(_handoff, Options, _sight).Kind);
        _handoff.Mark(HandoffMarks.Missed);
        _handoff.Missed.DeadlineAt = 7;
        Assert.Equal(7, Deadlines.DeadlineAt(_handoff));
        _handoff.Mark(HandoffMarks.Retracted);
        Assert.Equal(long.MaxValue, Deadlines.DeadlineAt(_handoff));
    }

    private void PickUp(long at, long arrival, long lateness)
    {
        _handoff.Mark(HandoffMarks.Acknowledged);
        _handoff.PickedUp = new PickUp { First = at * Second, Latest = at * Second, LatestArrival = arrival * Second, LatestLateness = lateness * Second };
    }

    private void IsNext(DeadlineKind kind, long at, long firesAt) =>
        Assert.Equal(new NextDeadline(kind, at * Second, firesAt * Second), Deadlines.Of(_handoff, Options, _sight));
}
