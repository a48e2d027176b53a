using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Baton.Fuzzing.Json;

/// <summary>
/// JSON as encoders of OTLP write it. OTLP's rules and those of protobuf's own JSON agree there, but for ids; and Google.Protobuf reads it,
/// once the ids are base64. What is written in other ways may be read in one way by a receiver and in another by JsonParser, and is not compared:
/// names as in the .proto files, properties that come twice, numbers with exponents, and the like.
/// </summary>
internal static partial class PlainJson
{
    private const int MaxMessages = 100;
    private const double ExactInDouble = 9_007_199_254_740_992;

    private static readonly JsonParser Parser = new(new JsonParser.Settings(recursionLimit: 1000).WithIgnoreUnknownFields(true));

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>Whether it is plain; and then, what JsonParser reads, or null if it refuses.</summary>
    public static bool TryRead(byte[] json, MessageDescriptor descriptor, out IMessage? message)
    {
        message = null;
        if (!System.Text.Unicode.Utf8.IsValid(json))
            return false;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Deep);
        }
        catch (JsonException)
        {
            return false;
        }
        using (document)
        {
            using var rewritten = new MemoryStream();
            using (var writer = new Utf8JsonWriter(rewritten, new JsonWriterOptions { SkipValidation = true }))
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object || !Copy(document.RootElement, descriptor, writer, 1))
                    return false;
            }
            message = Parse(Encoding.UTF8.GetString(rewritten.ToArray()), descriptor);
            return true;
        }
    }

    private static IMessage? Parse(string json, MessageDescriptor descriptor)
    {
        try
        {
            return Parser.Parse(json, descriptor);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool Copy(JsonElement element, MessageDescriptor descriptor, Utf8JsonWriter writer, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > MaxMessages)
            return false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject())
        {
            if (Text(property) is not { } name || name.Contains('_', StringComparison.Ordinal) || !seen.Add(name))
                return false;
            // What neither knows is left out here: JsonParser would look for objects of its own in it.
            if (descriptor.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name) is not { } known)
            {
                if (descriptor.Fields.InDeclarationOrder().Any(field => field.Name == name))
                    return false;
                continue;
            }
            if (known.RealContainingOneof is { } oneOf && (property.Value.ValueKind == JsonValueKind.Null || !seen.Add($"oneof {oneOf.Name}")))
                return false;
            writer.WritePropertyName(name);
            if (property.Value.ValueKind == JsonValueKind.Null)
                writer.WriteNullValue();
            else if (!(known.IsRepeated ? CopyArray(property.Value, known, writer, depth) : CopyValue(property.Value, known, writer, depth)))
                return false;
        }
        writer.WriteEndObject();
        return true;
    }

    private static bool CopyArray(JsonElement array, FieldDescriptor field, Utf8JsonWriter writer, int depth)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return false;
        writer.WriteStartArray();
        foreach (var item in array.EnumerateArray())
        {
            if (!CopyValue(item, field, writer, depth))
                return false;
        }
        writer.WriteEndArray();
        return true;
    }

    private static bool CopyValue(JsonElement value, FieldDescriptor field, Utf8JsonWriter writer, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                return Copy(value, field.MessageType, writer, depth + 1);
            case FieldType.Bytes when field.Name is "trace_id" or "span_id" or "parent_span_id":
                if (value.ValueKind != JsonValueKind.String || !Hex().IsMatch(value.GetRawText()))
                    return false;
                writer.WriteBase64StringValue(Convert.FromHexString(value.GetString()!));
                return true;
        }
        if (!IsPlain(value, field))
            return false;
        if (value.ValueKind == JsonValueKind.String)
            writer.WriteStringValue(Text(value));
        else
            value.WriteTo(writer);
        return true;
    }

    private static bool IsPlain(JsonElement value, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Text(value) is not null,
        FieldType.Bytes => Text(value) is { } text && IsBase64(text),
        FieldType.Bool => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        FieldType.Double => value.ValueKind == JsonValueKind.Number
            ? double.IsFinite(value.GetDouble())
            : Text(value) is "NaN" or "Infinity" or "-Infinity",
        FieldType.Enum => value.ValueKind == JsonValueKind.Number
            ? Whole().IsMatch(value.GetRawText()) && value.TryGetInt32(out _)
            : Text(value) is { } name && field.EnumType.FindValueByName(name) is not null,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => IsWhole(value, int.MinValue, int.MaxValue),
        FieldType.UInt32 or FieldType.Fixed32 => IsWhole(value, 0, uint.MaxValue),
        FieldType.UInt64 or FieldType.Fixed64 => IsWhole(value, 0, ulong.MaxValue),
        _ => IsWhole(value, long.MinValue, long.MaxValue),
    };

    // JsonParser reads numbers as doubles.
    private static bool IsWhole(JsonElement value, Int128 min, Int128 max)
    {
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value);
        return text is { Length: <= 20 } && Whole().IsMatch(text)
            && Int128.Parse(text, CultureInfo.InvariantCulture) is var number && number >= min && number <= max
            && (value.ValueKind == JsonValueKind.String || Math.Abs((double)number) <= ExactInDouble);
    }

    private static bool IsBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static string? Text(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^\"([0-9a-fA-F]{2})*\"\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex("^(0|-?[1-9][0-9]*)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
