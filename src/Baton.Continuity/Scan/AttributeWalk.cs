namespace Baton.Continuity.Scan;

/// <summary>Walks KeyValue and AnyValue (opentelemetry/proto/common/v1/common.proto), and checks all of what is inside.</summary>
internal static class AttributeWalk
{
    /// <summary>Reads a KeyValue; a wanted one goes to its slot.</summary>
    public static void KeyValue(ref WireReader wire, AttributeSlots slots)
    {
        var key = KeyValue(ref wire, out var value);
        if (slots.Keys.Find(wire.Bytes.Slice(key.Offset, key.Length)) is var slot and >= 0)
        {
            slots.Offer(slot, value);
        }
    }

    /// <summary>Reads a KeyValue.</summary>
    /// <returns>Place and length of the key.</returns>
    public static (int Offset, int Length) KeyValue(ref WireReader wire, out ScannedValue value)
    {
        var outer = wire.Enter();
        var (offset, length) = (0, 0);
        value = default;
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case 0x0A:
                    offset = wire.Text(out length);
                    break;
                case 0x12:
                    AnyValue(ref wire, ref value);
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
        return (offset, length);
    }

    /// <summary>Reads an AnyValue into <paramref name="value"/>; the last member of the oneof counts, and none leaves it as it was.</summary>
    public static void AnyValue(ref WireReader wire, ref ScannedValue value)
    {
        var outer = wire.Enter();
        while (wire.Next(out var tag))
        {
            switch (tag)
            {
                case 0x0A:
                    value.Offset = wire.Text(out value.Length);
                    value.Kind = ValueKind.String;
                    break;
                case 0x10:
                    value.Bits = wire.Varint() != 0 ? 1 : 0;
                    value.Kind = ValueKind.Bool;
                    break;
                case 0x18:
                    value.Bits = (long)wire.Varint();
                    value.Kind = ValueKind.Int;
                    break;
                case 0x21:
                    value.Bits = (long)wire.Fixed64();
                    value.Kind = ValueKind.Double;
                    break;
                case 0x2A or 0x32:
                    Values(ref wire, ofArray: tag == 0x2A);
                    value.Kind = ValueKind.Other;
                    break;
                case 0x3A or 0x40:
                    wire.Skip(tag);
                    value.Kind = ValueKind.Other;
                    break;
                default:
                    wire.Skip(tag);
                    break;
            }
        }
        wire.Leave(outer);
    }

    // ArrayValue or KeyValueList. The recursion is bounded by WireReader.MaxDepth.
    private static void Values(ref WireReader wire, bool ofArray)
    {
        var outer = wire.Enter();
        ScannedValue ignored = default;
        while (wire.Next(out var tag))
        {
            if (tag != 0x0A)
            {
                wire.Skip(tag);
            }
            else if (ofArray)
            {
                AnyValue(ref wire, ref ignored);
            }
            else
            {
                KeyValue(ref wire, out _);
            }
        }
        wire.Leave(outer);
    }
}
