using System.Runtime.InteropServices;
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

/// <summary>Where an open handoff stands.</summary>
internal enum OpenState : byte
{
    Waiting,
    Running,
    Missed,
    Closed,
}

/// <summary>What has happened to a handoff. The values are part of the stored state.</summary>
[Flags]
internal enum HandoffMarks : uint
{
    None = 0,
    Acknowledged = 1,

    /// <summary>Acknowledged, but only ever by spans that fetched.</summary>
    OnlyReceived = 2,

    /// <summary>Some attempt failed.</summary>
    AttemptFailed = 4,
    Completed = 8,
    CompletedLate = 16,

    /// <summary>Its deadlines may be told.</summary>
    Armed = 32,

    /// <summary>A deadline span stands in the journal.</summary>
    Missed = 64,

    /// <summary>A recovery span is owed.</summary>
    RecoveryDue = 128,

    /// <summary>The recovery span stands in the journal.</summary>
    RecoverySent = 256,

    /// <summary>The deadline span was told too early.</summary>
    Retracted = 512,

    /// <summary>Its deadline passed while it was not armed: forgotten without a word.</summary>
    Lapsed = 1024,

    /// <summary>The observer knows of it.</summary>
    Announced = 2048,

    /// <summary>The observer knows of its pick-up.</summary>
    PickUpAnnounced = 4096,

    /// <summary>A worker's span without context, found by its job id, came before the completion, or was it.</summary>
    ContextDropped = 0x20_0000,

    /// <summary>A stitch of it is owed: it stays until that has been read back.</summary>
    StitchOwed = 0x80_0000,

    /// <summary>Its deadlines wait for an orphan.</summary>
    Held = 0x40_0000,

    /// <summary>Baton was blind for longer than senders retry while it waited; lapsed too.</summary>
    Unknown = 0x10_0000,

    /// <summary>It has terms beyond the usual.</summary>
    HasTerms = 8192,

    /// <summary>It is over, and leaves before the epoch ends; never stored.</summary>
    Forgotten = 1u << 31,
}

/// <summary>What the producing span said, and what follows from it. Times in Unix nanoseconds.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Publication
{
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public ulong Resource;
    public ulong Channel;
    public long Start;

    /// <summary>End of the producing span, or its arrival if the producer's clock was ahead.</summary>
    public long End;
    public long Arrival;
    public HandoffMarks Marks;
    public ushort Relay;

    /// <summary>The trial of its channel that it takes part in; 0 for none.</summary>
    public byte Trial;

    /// <summary>The completions that are expected, and those that came.</summary>
    public ushort Expected;
    public ushort CompletedCount;

    /// <summary>deadline_at of schedule_to_close; if <see cref="CloseUntold"/>, when an uncompleted one is forgotten.</summary>
    public long CloseBy;

    /// <summary>No schedule_to_close was in force when it was opened: its channel had not learned one yet.</summary>
    public bool CloseUntold;

    /// <summary>deadline_at of schedule_to_start; 0 for none.</summary>
    public long StartBy;

    /// <summary>Duration of start_to_close; 0 for none.</summary>
    public long StartToClose;
}

/// <summary>What the relay asks of few handoffs, and what is known of it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Terms
{
    /// <summary>The number of messages that the producing span stated; 0 for none.</summary>
    public ushort Batch;

    /// <summary>The count in the attribute that the relay names; 0 for none.</summary>
    public ushort Count;

    /// <summary>The list of expected values; 0 for none.</summary>
    public ushort Expectation;

    /// <summary>A bit for each value of the list that has completed.</summary>
    public ulong Completed;

    /// <summary>Not due before this, Unix nanoseconds; 0 where the producing span says nothing.</summary>
    public long NotBefore;

    /// <summary>The deadline_at of schedule_to_close that the producing span gave, Unix nanoseconds; 0 for none.</summary>
    public long CloseBy;

    /// <summary>The longest silence of the worker; 0 for any.</summary>
    public long Heartbeat;

    public readonly bool Any => (NotBefore | CloseBy | Heartbeat) != 0 || Batch > 1 || Count != 0 || Expectation != 0;
}

/// <summary>What acknowledging spans said.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct PickUp
{
    public long First;
    public long Latest;
    public long LatestArrival;

    /// <summary>How long after its end the latest acknowledging span arrived.</summary>
    public long LatestLateness;
    public TraceId TraceId;
    public SpanId SpanId;
    public ulong Resource;
    public ushort Attempts;
    public Match Match;
}

/// <summary>The latest sign of life of who picked up.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Pulse
{
    /// <summary>When its first and its last span ended, Unix nanoseconds.</summary>
    public long First;
    public long Last;
    public long Arrival;
    public TraceId TraceId;
    public SpanId SpanId;
}

/// <summary>The latest attempt that failed.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Failure
{
    /// <summary>End of the span that failed, Unix nanoseconds.</summary>
    public long At;
}

/// <summary>The deadline that passed.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Miss
{
    public long DeadlineAt;
    public long ToldAt;
    public DeadlineKind Kind;
    public Verdict Verdict;

    /// <summary>How many were told before it, and taken back.</summary>
    public byte Round;
}

/// <summary>What the completing span said: of several that are expected, the one that ended last.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Completion
{
    public long End;
    public long Arrival;
    public TraceId TraceId;
    public SpanId SpanId;
    public Match Match;
}

/// <summary>The span that took a deadline span back, or came after it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Recovery
{
    public long Start;
    public long End;
    public TraceId TraceId;
    public SpanId SpanId;
}

/// <summary>A piece of a trace's bytes.</summary>
internal readonly record struct ByteRange(int Offset, int Length);
