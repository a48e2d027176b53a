namespace Baton.Continuity.Scan;

/// <summary>Why bytes are not the protobuf message that they should be.</summary>
internal enum WireFault : byte
{
    None,
    CutOff,
    LongVarint,
    LengthPastEnd,
    FieldZero,
    WireType,
    UnopenedGroup,
    UnclosedGroup,
    TooDeep,
}

/// <summary>Where and why a request cannot be decoded.</summary>
/// <param name="Offset">The byte of the request at which decoding ended, from 0.</param>
/// <param name="Reason">What is wrong there.</param>
public sealed record ScanFault(int Offset, string Reason)
{
    internal static ScanFault Of(WireFault fault, int offset) => new(offset, fault switch
    {
        WireFault.CutOff => "a field is cut off by the end of its message",
        WireFault.LongVarint => "a varint has more than ten bytes",
        WireFault.LengthPastEnd => "a length runs past the end of its message",
        WireFault.FieldZero => "field number 0",
        WireFault.WireType => "a wire type that protobuf does not have",
        WireFault.UnopenedGroup => "the end of a group that did not begin",
        WireFault.UnclosedGroup => "a group without its end",
        _ => $"nested deeper than {WireReader.MaxDepth} messages",
    });

    /// <summary>Reason and place, for an error message.</summary>
    public override string ToString() => $"not an ExportTraceServiceRequest: {Reason} (at byte {Offset})";
}
