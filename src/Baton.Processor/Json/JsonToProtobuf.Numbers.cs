using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Baton.Processor.Json;

// Numbers, which may stand as texts, and enums, which may stand as names.
internal ref partial struct JsonToProtobuf
{
    // A longer one is no number that OTLP has room for.
    private const int LongestNumber = 64;
    private const int LongestEscape = 6;

    private bool Double(JsonField field)
    {
        double value;
        var text = Short(stackalloc byte[LongestNumber * LongestEscape]);
        if (_reader.TokenType == JsonTokenType.Number)
        {
            value = _reader.GetDouble();
        }
        else if (_reader.TokenType != JsonTokenType.String)
        {
            return Refuse($"{Found()} where a number should be");
        }
        else if (text.SequenceEqual("NaN"u8))
        {
            value = double.NaN;
        }
        else if (text.SequenceEqual("Infinity"u8))
        {
            value = double.PositiveInfinity;
        }
        else if (text.SequenceEqual("-Infinity"u8))
        {
            value = double.NegativeInfinity;
        }
        else if (!Utf8Parser.TryParse(text, out value, out var used) || used != text.Length)
        {
            return Refuse("not a number");
        }
        var bits = BitConverter.DoubleToUInt64Bits(value);
        if (field.IsPacked)
            _wire.Fixed64(bits);
        else if (bits != 0 || field.HasPresence)
            _wire.Fixed64(field.Tag, bits);
        return _wire.Failure is null;
    }

    private bool Unsigned(JsonField field)
    {
        if (_reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            return Refuse($"{Found()} where a number should be");
        var text = Short(stackalloc byte[LongestNumber * LongestEscape]);
        if (!(Utf8Parser.TryParse(text, out ulong value, out var used) && used == text.Length) && !(TryWhole(text, out var whole) && TryUnsigned(whole, out value)))
            return Refuse($"{Shown(text)} is not a whole number of 0 or more");
        if (field.Kind is JsonKind.UInt32 or JsonKind.Fixed32 && value > uint.MaxValue)
            return Refuse($"{value} is more than 32 bits hold");
        if (field.IsPacked)
            WritePacked(field, value);
        else if (value != 0 || field.HasPresence)
            Write(field, value);
        return _wire.Failure is null;
    }

    private bool Signed(JsonField field)
    {
        var text = Short(stackalloc byte[LongestNumber * LongestEscape]);
        long value;
        if (field.Kind == JsonKind.Enum && _reader.TokenType == JsonTokenType.String && TryName(field, text, out var named))
        {
            value = named;
        }
        else
        {
            if (_reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
                return Refuse($"{Found()} where a number should be");
            if (!(Utf8Parser.TryParse(text, out value, out var used) && used == text.Length) && !(TryWhole(text, out var whole) && TrySigned(whole, out value)))
                return Refuse(field.Kind == JsonKind.Enum ? $"{Shown(text)} is neither a number nor a name of this enum" : $"{Shown(text)} is not a whole number");
            if (value != (int)value && field.Kind is JsonKind.Int32 or JsonKind.SInt32 or JsonKind.Enum)
                return Refuse($"{value} is more than 32 bits hold");
        }
        var bits = field.Kind == JsonKind.SInt32 ? (uint)((value << 1) ^ (value >> 31)) : (ulong)value;
        if (field.IsPacked)
            WritePacked(field, bits);
        else if (value != 0 || field.HasPresence)
            Write(field, bits);
        return _wire.Failure is null;
    }

    // The text of a number or a name, unescaped if it need be. Of what is no text nothing: that is not a number either.
    private readonly ReadOnlySpan<byte> Short(Span<byte> unescaped)
    {
        if (!_reader.ValueIsEscaped)
            return _reader.ValueSpan;
        if (_reader.ValueSpan.Length > unescaped.Length)
            return default;
        try
        {
            return unescaped[.._reader.CopyString(unescaped)];
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    private void Write(JsonField field, ulong bits)
    {
        switch (field.Kind)
        {
            case JsonKind.Fixed64 or JsonKind.SFixed64:
                _wire.Fixed64(field.Tag, bits);
                break;
            case JsonKind.Fixed32:
                _wire.Fixed32(field.Tag, (uint)bits);
                break;
            default:
                _wire.Varint(field.Tag, bits);
                break;
        }
    }

    private void WritePacked(JsonField field, ulong bits)
    {
        if (field.Kind is JsonKind.Fixed64 or JsonKind.SFixed64)
            _wire.Fixed64(bits);
        else
            _wire.Varint(bits);
    }

    private static bool TryName(JsonField field, ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        return text.Length <= LongestNumber && field.EnumNames!.TryGetValue(Encoding.UTF8.GetString(text), out value);
    }

    // Protobuf's JSON also takes 1.0 and 1e3 for integers.
    private static bool TryWhole(ReadOnlySpan<byte> text, out decimal value) =>
        (Utf8Parser.TryParse(text, out value, out var used, 'E') && used == text.Length || Utf8Parser.TryParse(text, out value, out used) && used == text.Length)
        && value == decimal.Truncate(value);

    private static bool TryUnsigned(decimal whole, out ulong value)
    {
        var fits = whole is >= ulong.MinValue and <= ulong.MaxValue;
        value = fits ? (ulong)whole : 0;
        return fits;
    }

    private static bool TrySigned(decimal whole, out long value)
    {
        var fits = whole is >= long.MinValue and <= long.MaxValue;
        value = fits ? (long)whole : 0;
        return fits;
    }

    private static string Shown(ReadOnlySpan<byte> text) =>
        text.Length <= LongestNumber ? $"'{Encoding.UTF8.GetString(text)}'" : "a text of this length";
}
