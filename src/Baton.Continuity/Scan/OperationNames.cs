namespace Baton.Continuity.Scan;

/// <summary>The words for what a messaging span does.</summary>
internal static class OperationNames
{
    /// <summary>The operation of a span: messaging.operation.type, else the older messaging.operation, else BullMQ's own.</summary>
    public static OperationType Of(in SpanView span)
    {
        if (!span.Fields.HasMessagingPrefix)
        {
            return OperationType.None;
        }
        var attributes = span.Fields.Attributes;
        var type = attributes[(int)SpanKey.OperationType];
        if (type.Kind != ValueKind.Nil)
        {
            return OfMessaging(span.Text(type));
        }
        var legacy = attributes[(int)SpanKey.LegacyOperation];
        return legacy.Kind != ValueKind.Nil ? OfMessaging(span.Text(legacy)) : OfBullMq(span.Text(attributes[(int)SpanKey.BullQueueOperation]));
    }

    // publish and deliver are the names of former versions, in which messaging.operation.type had them too for a while.
    private static OperationType OfMessaging(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("process"u8) || name.SequenceEqual("deliver"u8) ? OperationType.Process
        : name.SequenceEqual("send"u8) || name.SequenceEqual("publish"u8) ? OperationType.Send
        : name.SequenceEqual("receive"u8) ? OperationType.Receive
        : name.SequenceEqual("create"u8) ? OperationType.Create
        : name.SequenceEqual("settle"u8) ? OperationType.Settle
        : OperationType.None;

    // add, addBulk, addFlow, addNode put jobs into a queue; the rest is housekeeping, in INTERNAL spans.
    private static OperationType OfBullMq(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("process"u8) ? OperationType.Process
        : name.StartsWith("add"u8) ? OperationType.Send
        : OperationType.None;
}
