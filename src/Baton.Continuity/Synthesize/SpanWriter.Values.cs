using System.Globalization;
using System.Text;
using System.Text.Unicode;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Baton.Continuity.Synthesize;

/// <summary>A span's attributes (common.proto, KeyValue and AnyValue).</summary>
internal sealed partial class SpanWriter
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>A text; left out where it is empty.</summary>
    public SpanWriter With(ReadOnlySpan<byte> key, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            BeginAttribute(key, LengthOf(Encoding.UTF8.GetByteCount(text)));
            Tag(AnyValue.StringValueFieldNumber, Wire.Length);
            PutText(text);
        }
        return this;
    }

    /// <summary>A text that came from outside: what is no UTF-8 in it becomes U+FFFD, as OTLP's texts are UTF-8. Left out where it is empty.</summary>
    public SpanWriter With(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            return With(key, Encoding.UTF8.GetString(text));
        }
        if (!text.IsEmpty)
        {
            BeginAttribute(key, LengthOf(text.Length));
            Tag(AnyValue.StringValueFieldNumber, Wire.Length);
            Varint((ulong)text.Length);
            text.CopyTo(Reserve(text.Length));
        }
        return this;
    }

    /// <summary>A whole number, not negative.</summary>
    public SpanWriter With(ReadOnlySpan<byte> key, long number)
    {
        var length = 2;
        for (var left = (ulong)number >> 7; left > 0; left >>= 7)
        {
            length++;
        }
        BeginAttribute(key, length);
        Tag(AnyValue.IntValueFieldNumber, Wire.Varint);
        Varint((ulong)number);
        return this;
    }

    /// <summary>An array of texts; left out where it is empty.</summary>
    public SpanWriter With(ReadOnlySpan<byte> key, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return this;
        }
        var length = 0;
        foreach (var text in texts)
        {
            length += LengthOf(LengthOf(Encoding.UTF8.GetByteCount(text)));
        }
        BeginAttribute(key, LengthOf(length));
        Tag(AnyValue.ArrayValueFieldNumber, Wire.Length);
        Varint((ulong)length);
        foreach (var text in texts)
        {
            Tag(ArrayValue.ValuesFieldNumber, Wire.Length);
            Varint((ulong)LengthOf(Encoding.UTF8.GetByteCount(text)));
            Tag(AnyValue.StringValueFieldNumber, Wire.Length);
            PutText(text);
        }
        return this;
    }

    /// <summary>A duration in seconds; left out where it is not known (negative).</summary>
    public SpanWriter WithSeconds(ReadOnlySpan<byte> key, long nanos)
    {
        if (nanos >= 0)
        {
            BeginAttribute(key, 1 + sizeof(double));
            Tag(AnyValue.DoubleValueFieldNumber, Wire.Fixed64);
            Fixed(BitConverter.DoubleToUInt64Bits((double)nanos / NanosPerSecond));
        }
        return this;
    }

    /// <summary>A point in time as RFC 3339, UTC, with as many decimals as it needs; left out where it is 0.</summary>
    public SpanWriter WithTime(ReadOnlySpan<byte> key, long unixNanos)
    {
        if (unixNanos <= 0)
        {
            return this;
        }
        // 2026-01-01T00:00:00.0000000Z: of the standard form the seconds are taken, and the nanoseconds follow.
        Span<byte> text = stackalloc byte[33];
        DateTime.UnixEpoch.AddSeconds(unixNanos / NanosPerSecond).TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var length = 19;
        var fraction = unixNanos % NanosPerSecond;
        if (fraction > 0)
        {
            text[length++] = (byte)'.';
            for (var unit = NanosPerSecond / 10; fraction > 0; unit /= 10)
            {
                text[length++] = (byte)('0' + fraction / unit);
                fraction %= unit;
            }
        }
        text[length++] = (byte)'Z';
        return With(key, text[..length]);
    }

    /// <summary>Writes what stands before a value of so many bytes.</summary>
    private void BeginAttribute(ReadOnlySpan<byte> key, int value)
    {
        Tag(Span.AttributesFieldNumber, Wire.Length);
        Varint((ulong)(LengthOf(key.Length) + LengthOf(value)));
        Tag(KeyValue.KeyFieldNumber, Wire.Length);
        Varint((ulong)key.Length);
        key.CopyTo(Reserve(key.Length));
        Tag(KeyValue.ValueFieldNumber, Wire.Length);
        Varint((ulong)value);
    }
}
