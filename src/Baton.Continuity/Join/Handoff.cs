using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// One job's passage through a relay. Its parts are kept apart because state keeps only those that have happened:
/// a waiting handoff, of which there are most, is its publication alone.
/// </summary>
internal struct Handoff
{
    public Publication Published;
    public Terms Terms;
    public PickUp PickedUp;
    public Pulse Pulse;
    public Failure Failed;
    public Miss Missed;
    public Completion Completed;
    public Recovery Recovered;

    /// <summary>Its deadlines wait until then for an orphan that may have run it, Unix nanoseconds; kept where it is marked as held.</summary>
    public long HeldUntil;

    /// <summary>Where the message id stands in the trace's bytes.</summary>
    public ByteRange MessageId;

    /// <summary>Where the job ids of its producing spans stand there (<see cref="Join.JobIds"/>).</summary>
    public ByteRange JobIds;

    public readonly SpanId SpanId => Published.SpanId;

    public readonly bool Has(HandoffMarks marks) => (Published.Marks & marks) == marks;

    public readonly bool HasAny(HandoffMarks marks) => (Published.Marks & marks) != 0;

    public void Mark(HandoffMarks marks) => Published.Marks |= marks;

    public void Unmark(HandoffMarks marks) => Published.Marks &= ~marks;

    /// <summary>From when its deadlines count, Unix nanoseconds: the end of the producing span, or later for a delayed job.</summary>
    public readonly long DueFrom => Math.Max(Published.End, Terms.NotBefore);

    /// <summary>It was picked up, and who did must not be silent for long.</summary>
    public readonly bool HasHeartbeat => Has(HandoffMarks.Acknowledged | HandoffMarks.HasTerms) && Terms.Heartbeat > 0;

    /// <summary>No deadline was told, or the last one was taken back: another may be.</summary>
    public readonly bool AwaitsDeadline =>
        !HasAny(HandoffMarks.Completed | HandoffMarks.Lapsed) && (!Has(HandoffMarks.Missed) || CanMissAgain);

    /// <summary>The deadline span that was told is taken back, and that stands in the journal too.</summary>
    public readonly bool CanMissAgain => Has(HandoffMarks.Missed | HandoffMarks.Retracted | HandoffMarks.RecoverySent) && Missed.Round < byte.MaxValue;

    /// <summary>Which deadline span the next one is, from 0.</summary>
    public readonly byte NextRound => Has(HandoffMarks.Missed) ? (byte)(Missed.Round + 1) : (byte)0;

    /// <summary>An attempt failed, and none was picked up after that.</summary>
    public readonly bool LastAttemptFailed =>
        Has(HandoffMarks.AttemptFailed) && (!Has(HandoffMarks.Acknowledged) || Failed.At >= PickedUp.Latest);

    /// <summary>A deadline span stands in the journal, and was not taken back.</summary>
    public readonly bool IsMissed => Has(HandoffMarks.Missed) && !Has(HandoffMarks.Retracted);

    /// <summary>The state that `baton_handoffs_open` counts it under.</summary>
    public readonly OpenState OpenState =>
        HasAny(HandoffMarks.Completed | HandoffMarks.Lapsed) ? OpenState.Closed
        : IsMissed ? OpenState.Missed
        : Has(HandoffMarks.Acknowledged) ? OpenState.Running
        : OpenState.Waiting;

    /// <summary>What is concluded of it by now.</summary>
    public readonly Verdict Verdict =>
        Has(HandoffMarks.Completed | HandoffMarks.ContextDropped) ? Verdict.ContextDropped
        : Has(HandoffMarks.CompletedLate) ? Verdict.CompletedLate
        : Has(HandoffMarks.Completed) ? Verdict.Continuous
        : IsMissed ? Missed.Verdict
        : Has(HandoffMarks.Unknown) ? Verdict.Unknown
        : Has(HandoffMarks.Lapsed | HandoffMarks.OnlyReceived) ? Verdict.Continuous
        : Verdict.Open;
}
