using Baton.Continuity.Judge;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// The parts of a handoff that most have, as few bytes: each time as its distance from another. So a job that is over takes one record of the store while it is remembered.
/// </summary>
internal sealed partial class TraceCodec
{
    /// <summary>What a publication has of deadlines; the values are part of the stored state.</summary>
    [Flags]
    private enum Due : byte
    {
        None = 0,
        Close = 1,
        Start = 2,
        StartToClose = 4,
        CloseUntold = 8,
    }

    private void Put(in Publication published)
    {
        Put(published.SpanId);
        Put(published.ParentSpanId);
        Put(published.Resource);
        Put(published.Channel);
        PutNumber((uint)published.Marks);
        PutNumber(published.Relay);
        Put(published.Trial);
        PutNumber(published.Expected);
        PutNumber(published.CompletedCount);
        Put(published.Start);
        PutTime(published.End, published.Start);
        PutTime(published.Arrival, published.End);
        var due = (published.CloseBy != 0 ? Due.Close : 0) | (published.StartBy != 0 ? Due.Start : 0)
            | (published.StartToClose != 0 ? Due.StartToClose : 0) | (published.CloseUntold ? Due.CloseUntold : 0);
        Put(due);
        if (due.HasFlag(Due.Close))
        {
            PutTime(published.CloseBy, published.End);
        }
        if (due.HasFlag(Due.Start))
        {
            PutTime(published.StartBy, published.End);
        }
        if (due.HasFlag(Due.StartToClose))
        {
            PutTime(published.StartToClose, 0);
        }
    }

    private static Publication TakePublication(ref ReadOnlySpan<byte> bytes)
    {
        // Fields are taken in the order in which they stand here.
        var published = new Publication
        {
            SpanId = Take<SpanId>(ref bytes),
            ParentSpanId = Take<SpanId>(ref bytes),
            Resource = Take<ulong>(ref bytes),
            Channel = Take<ulong>(ref bytes),
            Marks = (HandoffMarks)TakeNumber(ref bytes),
            Relay = (ushort)TakeNumber(ref bytes),
            Trial = Take<byte>(ref bytes),
            Expected = (ushort)TakeNumber(ref bytes),
            CompletedCount = (ushort)TakeNumber(ref bytes),
            Start = Take<long>(ref bytes),
        };
        published.End = TakeTime(ref bytes, published.Start);
        published.Arrival = TakeTime(ref bytes, published.End);
        var due = Take<Due>(ref bytes);
        published.CloseUntold = due.HasFlag(Due.CloseUntold);
        published.CloseBy = due.HasFlag(Due.Close) ? TakeTime(ref bytes, published.End) : 0;
        published.StartBy = due.HasFlag(Due.Start) ? TakeTime(ref bytes, published.End) : 0;
        published.StartToClose = due.HasFlag(Due.StartToClose) ? TakeTime(ref bytes, 0) : 0;
        return published;
    }

    private void Put(in PickUp pickedUp, long published)
    {
        PutTime(pickedUp.First, published);
        PutTime(pickedUp.Latest, pickedUp.First);
        PutTime(pickedUp.LatestArrival, pickedUp.Latest);
        PutTime(pickedUp.LatestLateness, pickedUp.LatestArrival - pickedUp.Latest);
        Put(pickedUp.TraceId);
        Put(pickedUp.SpanId);
        Put(pickedUp.Resource);
        PutNumber(pickedUp.Attempts);
        Put(pickedUp.Match);
    }

    private static PickUp TakePickUp(ref ReadOnlySpan<byte> bytes, long published)
    {
        var first = TakeTime(ref bytes, published);
        var latest = TakeTime(ref bytes, first);
        var arrival = TakeTime(ref bytes, latest);
        return new PickUp
        {
            First = first,
            Latest = latest,
            LatestArrival = arrival,
            LatestLateness = TakeTime(ref bytes, arrival - latest),
            TraceId = Take<TraceId>(ref bytes),
            SpanId = Take<SpanId>(ref bytes),
            Resource = Take<ulong>(ref bytes),
            Attempts = (ushort)TakeNumber(ref bytes),
            Match = Take<Match>(ref bytes),
        };
    }

    private void Put(in Completion completed, in Handoff handoff)
    {
        var (end, arrival) = UsualCompletion(handoff);
        PutTime(completed.End, end);
        PutTime(completed.Arrival, arrival);
        Put(completed.TraceId);
        Put(completed.SpanId);
        Put(completed.Match);
    }

    private static Completion TakeCompletion(ref ReadOnlySpan<byte> bytes, in Handoff handoff)
    {
        var (end, arrival) = UsualCompletion(handoff);
        return new Completion
        {
            End = TakeTime(ref bytes, end),
            Arrival = TakeTime(ref bytes, arrival),
            TraceId = Take<TraceId>(ref bytes),
            SpanId = Take<SpanId>(ref bytes),
            Match = Take<Match>(ref bytes),
        };
    }

    /// <summary>The same span picked it up, or none was needed.</summary>
    private static (long End, long Arrival) UsualCompletion(in Handoff handoff) =>
        handoff.Has(HandoffMarks.Acknowledged) ? (handoff.PickedUp.Latest, handoff.PickedUp.LatestArrival) : (handoff.Published.End, handoff.Published.Arrival);
}
