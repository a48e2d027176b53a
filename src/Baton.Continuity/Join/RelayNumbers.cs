using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>Turns the relays of a span's record from places in the configuration of its time into the numbers that state uses.</summary>
internal static class RelayNumbers
{
    public static void Translate(Span<byte> record, RelayTable relays)
    {
        ref var header = ref MemoryMarshal.AsRef<SpanEventHeader>(record);
        if (header.ProduceRelay >= 0)
        {
            header.ProduceRelay = header.ProduceRelay < relays.Declared ? (short)relays.IdAt(header.ProduceRelay) : (short)-1;
        }
        var roles = MemoryMarshal.Cast<byte, RelayRole>(
            record.Slice(Unsafe.SizeOf<SpanEventHeader>(), header.RoleCount * Unsafe.SizeOf<RelayRole>()));
        foreach (ref var role in roles)
        {
            role = role.Relay < relays.Declared ? role with { Relay = relays.IdAt(role.Relay) } : role with { Roles = RelayRoles.None };
        }
        if (relays.Expectations.Any)
        {
            TranslateMembers(record[^new SpanEvent(record).TextBytes.Length..], header.TextCount, relays);
        }
    }

    private static void TranslateMembers(Span<byte> texts, int count, RelayTable relays)
    {
        for (; count > 0; count--)
        {
            ref var text = ref MemoryMarshal.AsRef<EventText>(texts);
            if (text.Kind == TextKind.Member)
            {
                text = text with { Index = text.Index < relays.Declared ? relays.IdAt(text.Index) : ushort.MaxValue };
            }
            texts = texts[(Unsafe.SizeOf<EventText>() + text.Length)..];
        }
    }
}
