using Baton.Continuity.Join;
using Baton.Continuity.Judge;

namespace Baton.Continuity.Tests.Join;

/// <summary>What follows from the marks and parts of a handoff.</summary>
public class HandoffTests
{
    private const HandoffMarks Told = HandoffMarks.Missed | HandoffMarks.Retracted | HandoffMarks.RecoverySent;

    [Theory]
    [InlineData((uint)(HandoffMarks.Acknowledged | HandoffMarks.HasTerms), 60, true)]
    [InlineData((uint)(HandoffMarks.Acknowledged | HandoffMarks.HasTerms), 0, false)]
    [InlineData((uint)HandoffMarks.Acknowledged, 60, false)]
    [InlineData((uint)HandoffMarks.HasTerms, 60, false)]
    public void Silence_counts_where_a_heartbeat_is_asked_and_somebody_picked_it_up(uint marks, long heartbeat, bool counts)
    {
        var handoff = With(marks);
        handoff.Terms.Heartbeat = heartbeat;
        Assert.Equal(counts, handoff.HasHeartbeat);
    }

    [Theory]
    [InlineData((uint)HandoffMarks.None, 0, true, false, 0)]
    [InlineData((uint)HandoffMarks.Missed, 0, false, false, 1)]
    [InlineData((uint)(HandoffMarks.Missed | HandoffMarks.RecoverySent), 0, false, false, 1)]
    [InlineData((uint)(HandoffMarks.Missed | HandoffMarks.Retracted), 0, false, false, 1)]
    [InlineData((uint)Told, 0, true, true, 1)]
    [InlineData((uint)Told, 4, true, true, 5)]
    [InlineData((uint)Told, 255, false, false, 0)]
    [InlineData((uint)(Told | HandoffMarks.Completed), 0, false, true, 1)]
    [InlineData((uint)HandoffMarks.Lapsed, 0, false, false, 0)]
    public void A_deadline_is_told_once_and_again_when_that_was_taken_back(uint marks, byte round, bool awaits, bool again, byte next)
    {
        var handoff = With(marks);
        handoff.Missed.Round = round;
        Assert.Equal((awaits, again, next), (handoff.AwaitsDeadline, handoff.CanMissAgain, handoff.NextRound));
    }

    [Theory]
    [InlineData((uint)HandoffMarks.None, Verdict.Open)]
    [InlineData((uint)(HandoffMarks.Acknowledged | HandoffMarks.OnlyReceived), Verdict.Open)]
    [InlineData((uint)(HandoffMarks.Acknowledged | HandoffMarks.OnlyReceived | HandoffMarks.Lapsed), Verdict.Continuous)]
    [InlineData((uint)HandoffMarks.Lapsed, Verdict.Open)]
    [InlineData((uint)(HandoffMarks.Lapsed | HandoffMarks.Unknown), Verdict.Unknown)]
    [InlineData((uint)HandoffMarks.Missed, Verdict.SilentSleep)]
    [InlineData((uint)(HandoffMarks.Missed | HandoffMarks.Retracted), Verdict.Open)]
    [InlineData((uint)(HandoffMarks.Missed | HandoffMarks.Completed | HandoffMarks.CompletedLate), Verdict.CompletedLate)]
    [InlineData((uint)(HandoffMarks.Missed | HandoffMarks.Retracted | HandoffMarks.Completed), Verdict.Continuous)]
    [InlineData((uint)HandoffMarks.Completed, Verdict.Continuous)]
    [InlineData((uint)(HandoffMarks.Completed | HandoffMarks.ContextDropped), Verdict.ContextDropped)]
    [InlineData((uint)HandoffMarks.ContextDropped, Verdict.Open)]
    public void What_is_concluded_by_now(uint marks, Verdict verdict)
    {
        var handoff = With(marks);
        handoff.Missed.Verdict = Verdict.SilentSleep;
        Assert.Equal(verdict, handoff.Verdict);
    }

    [Theory]
    [InlineData((uint)HandoffMarks.None, 0, 0, false)]
    [InlineData((uint)HandoffMarks.AttemptFailed, 5, 9, true)]
    [InlineData((uint)(HandoffMarks.AttemptFailed | HandoffMarks.Acknowledged), 9, 5, true)]
    [InlineData((uint)(HandoffMarks.AttemptFailed | HandoffMarks.Acknowledged), 5, 5, true)]
    [InlineData((uint)(HandoffMarks.AttemptFailed | HandoffMarks.Acknowledged), 5, 9, false)]
    public void The_last_attempt_failed_if_nobody_picked_it_up_after(uint marks, long failed, long pickedUp, bool last)
    {
        var handoff = With(marks);
        (handoff.Failed.At, handoff.PickedUp.Latest) = (failed, pickedUp);
        Assert.Equal(last, handoff.LastAttemptFailed);
    }

    [Fact]
    public void Few_handoffs_have_terms_beyond_the_usual()
    {
        Assert.False(new Terms { Batch = 1 }.Any);
        Assert.All(
            (Terms[])[new() { Batch = 2 }, new() { Count = 1 }, new() { Expectation = 1 }, new() { NotBefore = 1 }, new() { CloseBy = 1 }, new() { Heartbeat = 1 }],
            terms => Assert.True(terms.Any));
    }

    private static Handoff With(uint marks) => new() { Published = new Publication { Marks = (HandoffMarks)marks } };
}
