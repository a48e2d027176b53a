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
    }
}
