using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Baton.Processor.Json;

/// <summary>How a value is written in OTLP's JSON, and on the wire of protobuf.</summary>
internal enum JsonKind : byte
{
    /// <summary>An object; a message.</summary>
    Message,

    /// <summary>A string; UTF-8.</summary>
    Text,

    /// <summary>base64; bytes.</summary>
    Base64,

    /// <summary>Hex digits of either case; bytes. Trace and span ids (OTLP specification, "JSON Protobuf Encoding").</summary>
    Id,

    /// <summary>true or false; a varint.</summary>
    Bool,

    /// <summary>A number, its name is tolerated; a varint.</summary>
    Enum,

    /// <summary>A number or a string of digits; a varint.</summary>
    Int32,

    /// <summary>As <see cref="Int32"/>, without a sign.</summary>
    UInt32,

    /// <summary>As <see cref="Int32"/>, zigzag.</summary>
    SInt32,

    /// <summary>As <see cref="Int32"/>, of 64 bits.</summary>
    Int64,

    /// <summary>As <see cref="Int64"/>, without a sign.</summary>
    UInt64,

    /// <summary>A number or a string of digits; four bytes.</summary>
    Fixed32,

    /// <summary>As <see cref="Fixed32"/>; eight bytes.</summary>
    Fixed64,

    /// <summary>As <see cref="Fixed64"/>, with a sign.</summary>
    SFixed64,

    /// <summary>A number, "NaN", "Infinity" or "-Infinity"; eight bytes.</summary>
    Double,
}

/// <summary>One field of a message, by its name in JSON and its number on the wire.</summary>
internal sealed class JsonField
{
    private readonly byte[] _jsonName;

    /// <summary>Describes a field of a generated message.</summary>
    /// <param name="field">The field.</param>
    /// <param name="message">What its message type is, where it has one.</param>
    public JsonField(FieldDescriptor field, JsonMessage? message)
    {
        _jsonName = Encoding.UTF8.GetBytes(field.JsonName);
        Name = field.JsonName;
        Number = field.FieldNumber;
        Kind = KindOf(field);
        IsRepeated = field.IsRepeated;
        // The descriptor calls repeated messages packed too.
        IsPacked = field.IsRepeated && field.IsPacked && WireTypeOf(Kind) != WireFormat.WireType.LengthDelimited;
        HasPresence = field.HasPresence;
        OneOf = field.RealContainingOneof?.Index ?? -1;
        Message = message;
        EnumNames = field.FieldType == FieldType.Enum ? field.EnumType.Values.ToDictionary(value => value.Name, value => value.Number) : null;
        Tag = WireFormat.MakeTag(Number, IsPacked ? WireFormat.WireType.LengthDelimited : WireTypeOf(Kind));
    }

    /// <summary>Its lowerCamelCase name.</summary>
    public string Name { get; }

    /// <summary>Its name as it stands in JSON.</summary>
    public ReadOnlySpan<byte> JsonName => _jsonName;

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>The tag that is written.</summary>
    public uint Tag { get; }

    /// <summary>What its values are.</summary>
    public JsonKind Kind { get; }

    /// <summary>An array in JSON.</summary>
    public bool IsRepeated { get; }

    /// <summary>All elements in one length-delimited field.</summary>
    public bool IsPacked { get; }

    /// <summary>That it is there says something, even with the default value; so it is written.</summary>
    public bool HasPresence { get; }

    /// <summary>Index of the oneof it belongs to; -1 if it belongs to none.</summary>
    public int OneOf { get; }

    /// <summary>Its message type; null for other kinds.</summary>
    public JsonMessage? Message { get; }

    /// <summary>The names of its enum; null for other kinds.</summary>
    public Dictionary<string, int>? EnumNames { get; }

    /// <summary>The wire type of one value.</summary>
    public static WireFormat.WireType WireTypeOf(JsonKind kind) => kind switch
    {
        JsonKind.Message or JsonKind.Text or JsonKind.Base64 or JsonKind.Id => WireFormat.WireType.LengthDelimited,
        JsonKind.Fixed32 => WireFormat.WireType.Fixed32,
        JsonKind.Fixed64 or JsonKind.SFixed64 or JsonKind.Double => WireFormat.WireType.Fixed64,
        _ => WireFormat.WireType.Varint,
    };

    private static JsonKind KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => JsonKind.Message,
        FieldType.String => JsonKind.Text,
        FieldType.Bytes => field.Name is "trace_id" or "span_id" or "parent_span_id" ? JsonKind.Id : JsonKind.Base64,
        FieldType.Bool => JsonKind.Bool,
        FieldType.Enum => JsonKind.Enum,
        FieldType.Int32 => JsonKind.Int32,
        FieldType.UInt32 => JsonKind.UInt32,
        FieldType.SInt32 => JsonKind.SInt32,
        FieldType.Int64 => JsonKind.Int64,
        FieldType.UInt64 => JsonKind.UInt64,
        FieldType.Fixed32 => JsonKind.Fixed32,
        FieldType.Fixed64 => JsonKind.Fixed64,
        FieldType.SFixed64 => JsonKind.SFixed64,
        FieldType.Double => JsonKind.Double,
        _ => throw new NotSupportedException($"OTLP has no field of type {field.FieldType}: {field.FullName}"),
    };
}
