using System.Runtime.InteropServices;
using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

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
