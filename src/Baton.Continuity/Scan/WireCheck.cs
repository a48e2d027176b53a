namespace Baton.Continuity.Scan;

/// <summary>
/// Looks at the outermost fields of a protobuf message only: enough to refuse what was cut short or is no protobuf, for requests that are
/// passed on unread (metrics, logs).
/// </summary>
public static class WireCheck
{
    /// <summary>Walks the outermost fields.</summary>
    /// <param name="message">The whole message, decompressed.</param>
    /// <returns>What is wrong and where; null if nothing is.</returns>
    public static ScanFault? Check(ReadOnlySpan<byte> message)
    {
        var wire = new WireReader(message);
        while (wire.Next(out var tag))
        {
            wire.Skip(tag);
        }
        return wire.Fault == WireFault.None ? null : ScanFault.Of(wire.Fault, wire.FaultOffset);
    }
}
