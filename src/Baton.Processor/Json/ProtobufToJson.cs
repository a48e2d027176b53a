using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;

namespace Baton.Processor.Json;

/// <summary>
/// Protobuf bytes to OTLP's JSON (OTLP specification, "JSON Protobuf Encoding"), as the Collector's file exporter writes it: ids in hex,
/// 64-bit integers as strings, enums as numbers. Properties come in the order of their numbers. What OTLP's messages do not have is left out.
/// </summary>
internal static class ProtobufToJson
{
    /// <summary>For writers of the result: text stays text, in whatever script. It is not meant to stand in HTML.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int MaxMessages = 100;

    /// <summary>Writes a message as one object.</summary>
    /// <param name="protobuf">Its bytes.</param>
    /// <param name="message">What it is.</param>
    /// <param name="json">Where to; holds a part of the object after a fault.</param>
    /// <returns>False if the bytes are not protobuf, or nest too deep.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> protobuf, JsonMessage message, Utf8JsonWriter json) => Object(protobuf, message, json, 0);

    // Fields may stand in any order, and singular ones several times: so a first walk finds out what there is.
    private static bool Object(ReadOnlySpan<byte> bytes, JsonMessage message, Utf8JsonWriter json, int depth)
    {
        if (depth > MaxMessages)
            return false;
        Span<int> counts = stackalloc int[message.Fields.Length];
        Span<int> lastOfOneOf = stackalloc int[message.OneOfs];
        counts.Clear();
        lastOfOneOf.Fill(-1);
        var fields = new WireFields(bytes);
        while (fields.Next())
        {
            var index = message.IndexOf(fields.Number);
            if (index < 0 || !Fits(message.Fields[index], fields.Type))
                continue;
            counts[index]++;
            if (message.Fields[index].OneOf is >= 0 and var oneOf)
                lastOfOneOf[oneOf] = index;
        }
        if (fields.IsMalformed)
            return false;

        json.WriteStartObject();
        for (var i = 0; i < counts.Length; i++)
        {
            var field = message.Fields[i];
            if (counts[i] == 0 || (field.OneOf >= 0 && lastOfOneOf[field.OneOf] != i))
                continue;
            json.WritePropertyName(field.JsonName);
            if (!(field.IsRepeated ? Array(bytes, field, counts[i], json, depth) : Single(bytes, field, counts[i], json, depth)))
                return false;
        }
        json.WriteEndObject();
        return true;
    }

    private static bool Array(ReadOnlySpan<byte> bytes, JsonField field, int count, Utf8JsonWriter json, int depth)
    {
        json.WriteStartArray();
        var fields = new WireFields(bytes);
        while (count > 0 && fields.Next())
        {
            if (fields.Number != field.Number || !Fits(field, fields.Type))
                continue;
            count--;
            if (field.IsPacked && fields.Type == WireFormat.WireType.LengthDelimited)
            {
                var packed = new WireFields(fields.Bytes);
                while (packed.NextPacked(JsonField.WireTypeOf(field.Kind)))
                    Number(field, packed.Bits, json);
                if (packed.IsMalformed)
                    return false;
            }
            else if (!Value(field, fields.Bits, fields.Bytes, json, depth))
            {
                return false;
            }
        }
        json.WriteEndArray();
        return true;
    }

    // Of several, the last one counts; messages are merged, which is what their bytes one after another mean (protobuf.dev, "Encoding").
    private static bool Single(ReadOnlySpan<byte> bytes, JsonField field, int count, Utf8JsonWriter json, int depth)
    {
        var merged = count > 1 && field.Kind == JsonKind.Message ? new MemoryStream() : null;
        var fields = new WireFields(bytes);
        while (count > 0 && fields.Next())
        {
            if (fields.Number != field.Number || !Fits(field, fields.Type))
                continue;
            count--;
            merged?.Write(fields.Bytes);
        }
        return Value(field, fields.Bits, merged is null ? fields.Bytes : merged.ToArray(), json, depth);
    }

    private static bool Value(JsonField field, ulong bits, ReadOnlySpan<byte> bytes, Utf8JsonWriter json, int depth)
    {
        switch (field.Kind)
        {
            case JsonKind.Message:
                return Object(bytes, field.Message!, json, depth + 1);
            case JsonKind.Text when Utf8.IsValid(bytes):
                json.WriteStringValue(bytes);
                break;
            case JsonKind.Text:
                json.WriteStringValue(Encoding.UTF8.GetString(bytes));
                break;
            case JsonKind.Id:
                json.WriteStringValue(Convert.ToHexStringLower(bytes));
                break;
            case JsonKind.Base64:
                json.WriteBase64StringValue(bytes);
                break;
            default:
                Number(field, bits, json);
                break;
        }
        return true;
    }

    private static void Number(JsonField field, ulong bits, Utf8JsonWriter json)
    {
        switch (field.Kind)
        {
            case JsonKind.Bool:
                json.WriteBooleanValue(bits != 0);
                break;
            case JsonKind.Enum or JsonKind.Int32:
                json.WriteNumberValue((int)bits);
                break;
            case JsonKind.UInt32 or JsonKind.Fixed32:
                json.WriteNumberValue((uint)bits);
                break;
            case JsonKind.SInt32:
                json.WriteNumberValue((int)((uint)bits >> 1) ^ -(int)(bits & 1));
                break;
            case JsonKind.Double:
                Double(BitConverter.UInt64BitsToDouble(bits), json);
                break;
            default:
                Span<byte> digits = stackalloc byte[20];
                var length = 0;
                _ = field.Kind is JsonKind.Int64 or JsonKind.SFixed64 ? ((long)bits).TryFormat(digits, out length) : bits.TryFormat(digits, out length);
                json.WriteStringValue(digits[..length]);
                break;
        }
    }

    private static void Double(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    private static bool Fits(JsonField field, WireFormat.WireType type) =>
        type == JsonField.WireTypeOf(field.Kind) || (field.IsPacked && type == WireFormat.WireType.LengthDelimited);
}
