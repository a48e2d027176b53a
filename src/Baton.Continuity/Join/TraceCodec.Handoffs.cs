namespace Baton.Continuity.Join;

/// <summary>A handoff as bytes: its publication, and the parts that its marks say have happened.</summary>
internal sealed partial class TraceCodec
{
    private void Put(TraceState trace, in Handoff handoff)
    {
        Put(handoff.Published);
        if (handoff.Has(HandoffMarks.HasTerms))
        {
            Put(handoff.Terms);
        }
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            Put(handoff.PickedUp, handoff.Published.End);
        }
        if (handoff.HasHeartbeat)
        {
            Put(handoff.Pulse);
        }
        if (handoff.Has(HandoffMarks.AttemptFailed))
        {
            Put(handoff.Failed);
        }
        if (handoff.Has(HandoffMarks.Missed))
        {
            Put(handoff.Missed);
        }
        if (handoff.Published.CompletedCount > 0)
        {
            Put(handoff.Completed, handoff);
        }
        if (handoff.Has(HandoffMarks.RecoveryDue))
        {
            Put(handoff.Recovered);
        }
        if (handoff.Has(HandoffMarks.Held))
        {
            Put(handoff.HeldUntil);
        }
        PutMessageId(trace.Bytes(handoff.MessageId));
        PutNumber((ulong)handoff.JobIds.Length);
        Put(trace.Bytes(handoff.JobIds));
    }

    private static void TakeHandoff(ref ReadOnlySpan<byte> bytes, TraceState trace)
    {
        var handoff = new Handoff { Published = TakePublication(ref bytes) };
        if (handoff.Has(HandoffMarks.HasTerms))
        {
            handoff.Terms = Take<Terms>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Acknowledged))
        {
            handoff.PickedUp = TakePickUp(ref bytes, handoff.Published.End);
        }
        if (handoff.HasHeartbeat)
        {
            handoff.Pulse = Take<Pulse>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.AttemptFailed))
        {
            handoff.Failed = Take<Failure>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Missed))
        {
            handoff.Missed = Take<Miss>(ref bytes);
        }
        if (handoff.Published.CompletedCount > 0)
        {
            handoff.Completed = TakeCompletion(ref bytes, handoff);
        }
        if (handoff.Has(HandoffMarks.RecoveryDue))
        {
            handoff.Recovered = Take<Recovery>(ref bytes);
        }
        if (handoff.Has(HandoffMarks.Held))
        {
            handoff.HeldUntil = Take<long>(ref bytes);
        }
        handoff.MessageId = TakeMessageId(ref bytes, trace);
        var jobIds = (int)TakeNumber(ref bytes);
        handoff.JobIds = trace.Keep(bytes[..jobIds]);
        bytes = bytes[jobIds..];
        trace.Handoffs.Add(handoff);
    }
}
