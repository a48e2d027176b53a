using System.Buffers.Binary;
using System.Globalization;

namespace Baton.Load.Generate;

/// <summary>
/// Ids that look random and are functions of a number, so that a request can name what an earlier one published without anything
/// being remembered. Within a stream they never repeat (the mixing is a bijection); streams differ in their random salts.
/// </summary>
internal sealed class IdStream(ulong traceSalt, ulong spanSalt)
{
    /// <summary>SplitMix64's increment: consecutive numbers land far apart.</summary>
    private const ulong Golden = 0x9E3779B97F4A7C15;

    public static IdStream Random(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    /// <summary>16 bytes: eight of the stream, eight of the trace.</summary>
    public void WriteTrace(Span<byte> to, long number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, traceSalt);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Mix((ulong)number + traceSalt));
    }

    public void WriteSpan(Span<byte> to, long number) => BinaryPrimitives.WriteUInt64LittleEndian(to, Mix((ulong)number + spanSalt));

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public void WriteMessageId(Span<byte> to, long number) =>
        Mix((ulong)number ^ spanSalt).TryFormat(to[..16], out _, "x16", CultureInfo.InvariantCulture);

    private static ulong Mix(ulong number)
    {
        ulong z = number * Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
