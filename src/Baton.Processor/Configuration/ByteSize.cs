using System.Globalization;

namespace Baton.Processor.Configuration;

/// <summary>A number of bytes, written <c>64MiB</c> or as a plain integer.</summary>
/// <param name="Bytes">Not negative.</param>
internal readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>, IComparable
{
    private static readonly (string Suffix, int Shift)[] Units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0), ("", 0)];

    /// <summary>That many mebibytes.</summary>
    public static ByteSize MiB(long count) => new(count << 20);

    /// <summary>That many gibibytes.</summary>
    public static ByteSize GiB(long count) => new(count << 30);

    /// <summary>
    /// Parses <c>64MiB</c>, <c>1.5GiB</c>, <c>4096</c>; false when it is anything else, negative, or not a whole number of bytes.
    /// </summary>
    public static bool TryParse(string text, out ByteSize size)
    {
        size = default;
        var (suffix, shift) = Units.First(unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        var number = text.AsSpan(0, text.Length - suffix.Length).TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue)
            return false;
        var bytes = count * (1L << shift);
        if (bytes > long.MaxValue || bytes != decimal.Truncate(bytes))
            return false;
        size = new ByteSize((long)bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => CompareTo((ByteSize)obj!);

    /// <summary>In the largest unit that divides it: <c>64MiB</c>.</summary>
    public override string ToString()
    {
        foreach (var (suffix, shift) in Units)
        {
            if (Bytes != 0 && Bytes % (1L << shift) == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes >> shift}{suffix}");
        }
        return "0";
    }
}
