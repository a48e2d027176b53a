namespace Baton.Load.Generate;

/// <summary>Where the values of one span stand in a request's bytes. An offset of -1 is of a value that the span does not have.</summary>
internal readonly record struct SpanSlot(
    int Index, SpanPlan Plan, int TraceAt, int SpanAt, int ParentAt, int KindAt, int StartAt, int EndAt, int MessageIdAt)
{
    /// <summary>The same, within bytes that begin so much earlier.</summary>
    public SpanSlot MovedBy(int offset) => this with
    {
        TraceAt = TraceAt + offset,
        SpanAt = SpanAt + offset,
        ParentAt = ParentAt < 0 ? -1 : ParentAt + offset,
        KindAt = KindAt + offset,
        StartAt = StartAt + offset,
        EndAt = EndAt + offset,
        MessageIdAt = MessageIdAt < 0 ? -1 : MessageIdAt + offset,
    };
}
