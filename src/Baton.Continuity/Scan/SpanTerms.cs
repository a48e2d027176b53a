using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Baton.Continuity.Join;

namespace Baton.Continuity.Scan;

/// <summary>
/// What a span says of its own job, in attributes that its relay names. Written as texts after all others, and only where a relay asks.
/// </summary>
internal static class SpanTerms
{
    /// <summary>Appends them.</summary>
    /// <param name="span">The span.</param>
    /// <param name="events">Gets the texts.</param>
    /// <param name="relays">All relays.</param>
    /// <param name="produce">The relay that it publishes for, or -1.</param>
    /// <param name="met">The given conditions that it meets, in order of the relays.</param>
    /// <param name="traits">The default conditions that it meets.</param>
    /// <returns>How many texts there are.</returns>
    public static ushort Append(
        in SpanView span, EventWriter events, BoundRelay[] relays, short produce, ReadOnlySpan<RelayRole> met, SpanTraits traits)
    {
        ushort count = 0;
        if (produce >= 0)
        {
            count += AppendCount(span, events, relays[produce].Count);
            count += AppendTime(span, events, TextKind.Deadline, relays[produce].Deadline);
            count += AppendTime(span, events, TextKind.NotBefore, relays[produce].NotBefore);
        }
        for (var i = 0; i < relays.Length; i++)
        {
            if (relays[i].Member >= 0 && Completes(relays[i], i, met, traits))
            {
                count += AppendMember(span, events, relays[i].Member, i);
            }
        }
        return count;
    }

    private static bool Completes(BoundRelay relay, int place, ReadOnlySpan<RelayRole> met, SpanTraits traits)
    {
        if (relay.Complete is null)
        {
            return (traits & SpanTraits.CompletesByDefault) != 0;
        }
        foreach (ref readonly var role in met)
        {
            if (role.Relay == place)
            {
                return (role.Roles & RelayRoles.Complete) != 0;
            }
        }
        return false;
    }

    // A value that is too long equals none of the expected: it is left out, as if absent.
    private static ushort AppendMember(in SpanView span, EventWriter events, int slot, int relay)
    {
        var value = span.Fields.Attributes[slot];
        return value.Kind == ValueKind.String && value.Length > RelayExpectation.MaxValueLength
            ? (ushort)0
            : SpanTexts.AppendValue(span, events, TextKind.Member, value, relay);
    }

    private static ushort AppendTime(in SpanView span, EventWriter events, TextKind kind, int slot)
    {
        var value = slot < 0 ? default : span.Fields.Attributes[slot];
        if (value.Kind == ValueKind.Nil)
        {
            return 0;
        }
        var stated = StatedTime.Read(span, value);
        events.AppendText(kind, MemoryMarshal.AsBytes(new ReadOnlySpan<StatedTime>(in stated)));
        return 1;
    }

    private static ushort AppendCount(in SpanView span, EventWriter events, int slot)
    {
        var value = slot < 0 ? default : span.Fields.Attributes[slot];
        if (value.Kind == ValueKind.Nil)
        {
            return 0;
        }
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, StatedNumber.CountOf(span, value));
        events.AppendText(TextKind.ExpectedCount, bytes);
        return 1;
    }
}
