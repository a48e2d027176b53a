namespace Baton.Processor.Receive;

/// <summary>
/// Looks at the outermost fields of a protobuf message only: enough to refuse what was cut short or is no protobuf at all, for requests that
/// Baton passes on without reading (metrics, logs).
/// </summary>
internal static class TopLevel
{
    /// <summary>Walks the fields.</summary>
    /// <param name="message">The serialized message.</param>
    /// <param name="fault">What is wrong and where; null when it returns true.</param>
    public static bool IsValid(ReadOnlySpan<byte> message, out string? fault)
    {
        fault = null;
        var at = 0;
        while (at < message.Length && fault is null)
            fault = Skip(message, ref at) is { } wrong ? $"{wrong} at byte {at} of {message.Length}." : null;
        return fault is null;
    }

    private static string? Skip(ReadOnlySpan<byte> message, ref int at)
    {
        var start = at;
        if (!TryReadVarint(message, ref start, out var tag) || tag >> 3 is 0 or > 0x1FFF_FFFF)
            return "No field begins";
        ulong length = 0;
        switch (tag & 7)
        {
            case 0 when !TryReadVarint(message, ref start, out _):
            case 2 when !TryReadVarint(message, ref start, out length):
                return "A field ends too early";
            case 1:
                length = sizeof(ulong);
                break;
            case 5:
                length = sizeof(uint);
                break;
            case 3 or 4 or 6 or 7:
                return "A field has a type that OTLP does not use";
        }
        if (length > (ulong)(message.Length - start))
            return "A field goes beyond the end";
        at = start + (int)length;
        return null;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> message, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && at < message.Length; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return true;
        }
        return false;
    }
}
