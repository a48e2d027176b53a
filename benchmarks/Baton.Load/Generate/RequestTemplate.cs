using System.Buffers.Binary;

namespace Baton.Load.Generate;

/// <summary>What makes one request differ from the next.</summary>
/// <param name="Sequence">Number of the request in its stream; spans and traces are named from it.</param>
/// <param name="Earlier">Number of the request whose jobs this one completes; may be its own.</param>
/// <param name="Now">When it is sent, in Unix nanoseconds.</param>
/// <param name="Publishes">False makes its producing spans ordinary ones: no job of theirs would be completed any more.</param>
/// <param name="Completes">False makes its consuming spans ordinary ones: no job was published that they could complete.</param>
internal readonly record struct Stamp(long Sequence, long Earlier, long Now, bool Publishes, bool Completes);

/// <summary>
/// A prepared request: a gRPC frame that is complete but for ids, times and kinds, which <see cref="Apply"/> patches in place.
/// </summary>
internal sealed class RequestTemplate(byte[] frame, SpanSlot[] slots, int jobs)
{
    /// <summary>Stands in the template where a message id goes: as long as one.</summary>
    public const string MessageIdText = "message-id-0000f";

    public ReadOnlyMemory<byte> Frame => frame;

    public int Spans => slots.Length;

    /// <summary>Jobs that a request publishes.</summary>
    public int Jobs => jobs;

    /// <summary>Writes a request's own values into a copy of <see cref="Frame"/>.</summary>
    public void Apply(Span<byte> copy, IdStream ids, in Stamp stamp)
    {
        long own = stamp.Sequence * slots.Length;
        long earlier = stamp.Earlier * slots.Length;
        foreach (ref readonly var slot in slots.AsSpan())
        {
            var plan = slot.Plan;
            long trace = (plan.OfEarlierTrace ? earlier : own) + plan.Trace;
            ids.WriteTrace(copy[slot.TraceAt..], trace);
            ids.WriteSpan(copy[slot.SpanAt..], own + slot.Index);
            if (slot.ParentAt >= 0) ids.WriteSpan(copy[slot.ParentAt..], (plan.OfEarlierParent ? earlier : own) + plan.Parent);
            BinaryPrimitives.WriteInt64LittleEndian(copy[slot.StartAt..], stamp.Now - plan.StartBefore);
            BinaryPrimitives.WriteInt64LittleEndian(copy[slot.EndAt..], stamp.Now - plan.EndBefore);
            if (slot.MessageIdAt >= 0) ids.WriteMessageId(copy[slot.MessageIdAt..], trace);
            bool active = plan.Role == JobRole.None || (plan.Role == JobRole.Publish ? stamp.Publishes : stamp.Completes);
            copy[slot.KindAt] = (byte)(active ? plan.Kind : SpanKind.Internal);
        }
    }
}
