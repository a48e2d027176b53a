using System.Buffers.Text;

namespace Baton.Continuity.Scan;

/// <summary>Writes the texts of a span's event.</summary>
internal static class SpanTexts
{
    private static readonly (TextKind Kind, SpanKey[] Keys)[] Sources =
    [
        (TextKind.Destination, [SpanKey.Destination, SpanKey.LegacyDestination, SpanKey.BullQueueName]),
        (TextKind.RoutingKey, [SpanKey.RoutingKey, SpanKey.LegacyRoutingKey]),
        (TextKind.MessageId, [SpanKey.MessageId, SpanKey.LegacyMessageId]),
    ];

    /// <summary>The number of messages, where the span states a whole number of them; 0 otherwise.</summary>
    public static uint BatchCount(AttributeSlots attributes)
    {
        var count = attributes[(int)SpanKey.BatchMessageCount];
        count = count.Kind == ValueKind.Int ? count : attributes[(int)SpanKey.BullBulkCount];
        return count.Kind == ValueKind.Int ? (uint)Math.Clamp(count.Bits, 0, uint.MaxValue) : 0;
    }

    /// <summary>Appends the texts; empty ones are left out, as if absent.</summary>
    /// <returns>How many there are.</returns>
    public static ushort Append(in SpanView span, EventWriter events)
    {
        ushort count = 0;
        var attributes = span.Fields.Attributes;
        var system = span.Text(attributes[(int)SpanKey.System]);
        if (system.IsEmpty && attributes[(int)SpanKey.BullQueueName].Kind != ValueKind.Nil)
        {
            system = "bullmq"u8;
        }
        count += AppendText(events, TextKind.System, system, 0);
        foreach (var (kind, keys) in Sources)
        {
            count += AppendFirst(span, events, kind, keys);
        }
        var messageIds = span.Fields.Links.MessageIds;
        for (var i = 0; i < messageIds.Length; i++)
        {
            count += AppendValue(span, events, TextKind.LinkMessageId, messageIds[i], i);
        }
        return count;
    }

    private static ushort AppendFirst(in SpanView span, EventWriter events, TextKind kind, SpanKey[] keys)
    {
        foreach (var key in keys)
        {
            if (AppendValue(span, events, kind, span.Fields.Attributes[(int)key], 0) is var appended and not 0)
            {
                return appended;
            }
        }
        return 0;
    }

    // Ids and keys are strings by the conventions; libraries also send integers.
    public static ushort AppendValue(in SpanView span, EventWriter events, TextKind kind, in ScannedValue value, int index)
    {
        if (value.Kind != ValueKind.Int)
        {
            return AppendText(events, kind, span.Text(value), index);
        }
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value.Bits, digits, out var length);
        return AppendText(events, kind, digits[..length], index);
    }

    private static ushort AppendText(EventWriter events, TextKind kind, ReadOnlySpan<byte> text, int index)
    {
        if (text.IsEmpty)
        {
            return 0;
        }
        events.AppendText(kind, text, index);
        return 1;
    }
}
