using System.Buffers.Text;

namespace Baton.Continuity.Scan;

/// <summary>Numbers that a span states in an attribute: as an integer, a double, or digits in a string.</summary>
internal static class StatedNumber
{
    /// <summary>A count: 1 to <see cref="uint.MaxValue"/>; 0 for everything that is no whole number from 1 on.</summary>
    public static uint CountOf(in SpanView span, in ScannedValue value)
    {
        var number = Of(span, value);
        return number >= 1 && Math.Floor(number) == number ? (uint)Math.Min(number, uint.MaxValue) : 0;
    }

    /// <summary>The number; NaN for what is none.</summary>
    public static double Of(in SpanView span, in ScannedValue value) => value.Kind switch
    {
        ValueKind.Int => value.Bits,
        ValueKind.Double => BitConverter.Int64BitsToDouble(value.Bits),
        ValueKind.String => Utf8Parser.TryParse(span.Text(value), out double number, out var read) && read == value.Length ? number : double.NaN,
        _ => double.NaN,
    };
}
