using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>A handoff that is remembered under a job id.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Candidate
{
    public TraceId TraceId;
    public SpanId SpanId;

    /// <summary>Start of the producing span, Unix nanoseconds.</summary>
    public long Start;
    public ushort Relay;
    public CandidateState State;
}

/// <summary>What a job id is told of a handoff. The values are part of the stored state.</summary>
internal enum CandidateState : byte
{
    /// <summary>It was published.</summary>
    Open,

    /// <summary>It completed, or its deadline passed in silence.</summary>
    Closed,

    /// <summary>It was forgotten.</summary>
    Gone,
}
