using System.Runtime.InteropServices;

namespace Baton.Continuity.Scan;

/// <summary>How a span states a time.</summary>
public enum StatedForm : byte
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A point in time, Unix nanoseconds.</summary>
    At,

    /// <summary>Nanoseconds after the span's end.</summary>
    AfterEnd,

    /// <summary>There is a value, but it is no time.</summary>
    Bad,
}

/// <summary>A time as a span states it in an attribute.</summary>
/// <param name="Form">How.</param>
/// <param name="Nanos">Unix nanoseconds, or nanoseconds after the span's end; never negative, at most <see cref="Farthest"/>.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct StatedTime(StatedForm Form, long Nanos)
{
    /// <summary>Some 126 years: what is farther is cut to it, so that sums of times do not overflow.</summary>
    public const long Farthest = 4_000_000_000L * 1_000_000_000;

    /// <summary>Reads what was written into an event.</summary>
    /// <param name="text">The text's bytes; none if the span states nothing.</param>
    public static StatedTime Of(ReadOnlySpan<byte> text) => text.IsEmpty ? default : MemoryMarshal.Read<StatedTime>(text);

    /// <summary>Reads an attribute: a time of RFC 3339, or seconds as an integer, a double or a string.</summary>
    internal static StatedTime Read(in SpanView span, in ScannedValue value)
    {
        if (value.Kind == ValueKind.String && Rfc3339.TryParse(span.Text(value), out var at))
        {
            return new(StatedForm.At, Math.Clamp(at, 0, Farthest));
        }
        var seconds = StatedNumber.Of(span, value);
        return double.IsFinite(seconds) && seconds >= 0
            ? new(StatedForm.AfterEnd, (long)Math.Min(seconds * 1e9, Farthest))
            : new(StatedForm.Bad, 0);
    }
}
