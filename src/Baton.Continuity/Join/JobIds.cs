using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Join;

/// <summary>
/// Walks the job ids of a span or of a handoff, which keeps those of its producing spans as they stood in the record. Of a handoff's, only
/// those of its relay are in use: under these it is remembered.
/// </summary>
internal ref struct JobIds(ReadOnlySpan<byte> texts)
{
    /// <summary>Set in the kept index of a job id under which the handoff is remembered.</summary>
    private const ushort InUseBit = 0x8000;

    private ReadOnlySpan<byte> _rest = texts;

    /// <summary>The place of its key in the configuration of its time.</summary>
    public int Place { get; private set; }

    /// <summary>Whether the handoff is remembered under it.</summary>
    public bool InUse { get; private set; }

    /// <summary>The key of the state that it leads to: its hash.</summary>
    public TraceId Key { get; private set; }

    /// <summary>Its values for people; empty where that is the message id.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>The current one as it stands, head included.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }
        var head = MemoryMarshal.Read<EventText>(_rest);
        Bytes = _rest[..(Unsafe.SizeOf<EventText>() + head.Length)];
        var value = Bytes[Unsafe.SizeOf<EventText>()..];
        (Place, InUse) = (head.Index & ~InUseBit, (head.Index & InUseBit) != 0);
        TraceId.TryRead(value[..JobIdTexts.HashLength], out var key);
        Key = key;
        Text = value[JobIdTexts.HashLength..];
        _rest = _rest[Bytes.Length..];
        return true;
    }

    /// <summary>Moves to the job id of a place.</summary>
    public bool MoveTo(int place)
    {
        while (MoveNext())
        {
            if (Place == place)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Moves to the next one that is in use.</summary>
    public bool MoveNextInUse()
    {
        while (MoveNext())
        {
            if (InUse)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Puts those of some places into use, and no others.</summary>
    public static void Use(Span<byte> texts, ulong places)
    {
        while (!texts.IsEmpty)
        {
            var head = MemoryMarshal.Read<EventText>(texts);
            var place = head.Index & ~InUseBit;
            var used = (places >> place & 1) != 0;
            MemoryMarshal.Write(texts, head with { Index = (ushort)(used ? place | InUseBit : place) });
            texts = texts[(Unsafe.SizeOf<EventText>() + head.Length)..];
        }
    }

    /// <summary>
    /// Whether two spans are about different jobs: by the first of these places at which both say which job.
    /// </summary>
    public static bool Differ(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ulong places)
    {
        for (; places != 0; places &= places - 1)
        {
            var place = BitOperations.TrailingZeroCount(places);
            var one = new JobIds(a);
            var other = new JobIds(b);
            if (one.MoveTo(place) && other.MoveTo(place))
            {
                return one.Key != other.Key;
            }
        }
        return false;
    }
}
