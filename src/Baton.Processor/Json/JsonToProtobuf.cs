using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Baton.Processor.Receive;
using Google.Protobuf;

namespace Baton.Processor.Json;

/// <summary>
/// OTLP's JSON to protobuf bytes, in one walk and without objects (OTLP specification, "JSON Protobuf Encoding"): ids are hex of either case,
/// 64-bit integers are strings or numbers, enums are numbers, names tolerated; properties that OTLP does not have are ignored, as is null.
/// </summary>
internal ref partial struct JsonToProtobuf
{
    /// <summary>How deep messages nest: the limit of protobuf's parsers, which read the result.</summary>
    private const int MaxMessages = 100;

    // A value in a value takes four levels of JSON and three messages, or three and two.
    private const int MaxJsonDepth = 160;

    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private WireBuffer _wire;
    private int _depth;
    private string _reason = "";
    private string _path = "";
    private long _faultAt;

    private JsonToProtobuf(ReadOnlySpan<byte> json, PooledBytes protobuf, int limit)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        _wire = new WireBuffer(protobuf, limit);
    }

    /// <summary>Converts one message.</summary>
    /// <param name="json">UTF-8: one JSON object; white space may surround it.</param>
    /// <param name="message">What it is.</param>
    /// <param name="protobuf">The message is appended here; unchanged after a fault.</param>
    /// <param name="limit">Bytes that the message may have (a little more is let through).</param>
    /// <returns>Null, or what is wrong.</returns>
    public static JsonFault? Convert(ReadOnlySpan<byte> json, JsonMessage message, PooledBytes protobuf, int limit = int.MaxValue)
    {
        if (!Utf8.IsValid(json))
            return Fault(json, JsonFaultKind.Malformed, InvalidUtf8At(json), "", "not UTF-8");
        return new JsonToProtobuf(json, protobuf, limit).Convert(message);
    }

    private JsonFault? Convert(JsonMessage message)
    {
        try
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                Refuse($"{Found()} where an object, {message.Name}, should be");
                return Fault(_json, JsonFaultKind.Malformed, _faultAt, _path, _reason);
            }
            if (!Message(message))
            {
                return _wire.Failure is { } failure
                    ? Fault(_json, failure, _reader.TokenStartIndex, "", failure == JsonFaultKind.TooLarge ? "larger than is allowed" : "no memory left for it")
                    : Fault(_json, JsonFaultKind.Malformed, _faultAt, _path, _reason);
            }
            // What follows must be nothing but white space; the reader throws otherwise.
            _reader.Read();
        }
        catch (JsonException e)
        {
            return new JsonFault(JsonFaultKind.Malformed, (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, "", $"not JSON: {ReasonOf(e)}");
        }
        _wire.Complete();
        return null;
    }

    private bool Message(JsonMessage message)
    {
        if (++_depth > MaxMessages)
            return Refuse($"nested deeper than {MaxMessages} messages");
        var next = 0;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = message.Find(ref _reader, ref next);
            _reader.Read();
            if (field is null)
            {
                _reader.Skip();
            }
            else if (_reader.TokenType != JsonTokenType.Null && !(field.IsRepeated ? Array(field) : Value(field)))
            {
                _path = _path.Length == 0 || _path[0] == '[' ? field.Name + _path : $"{field.Name}.{_path}";
                return false;
            }
        }
        _depth--;
        return _wire.Failure is null;
    }

    private bool Array(JsonField field)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            return Refuse($"{Found()} where an array should be");
        var begin = field.IsPacked ? _wire.Begin(field.Tag, LengthBytes) : 0;
        var index = 0;
        for (; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (!Value(field))
            {
                _path = string.Create(null, $"[{index}]{(_path.Length > 0 ? "." : "")}{_path}");
                return false;
            }
        }
        if (field.IsPacked)
            _wire.End(begin, LengthBytes);
        return true;
    }

    private bool Value(JsonField field) => field.Kind switch
    {
        JsonKind.Message => Nested(field),
        JsonKind.Text => Text(field),
        JsonKind.Id => Id(field),
        JsonKind.Base64 => Base64(field),
        JsonKind.Bool => Bool(field),
        JsonKind.Double => Double(field),
        JsonKind.UInt32 or JsonKind.UInt64 or JsonKind.Fixed32 or JsonKind.Fixed64 => Unsigned(field),
        _ => Signed(field),
    };

    // Most messages are attributes and their values, shorter than 128 bytes; of the others few have less.
    private const int LengthBytes = 1;

    private bool Nested(JsonField field)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            return Refuse($"{Found()} where an object, {field.Message!.Name}, should be");
        var lengthBytes = field.Message!.IsSmall ? LengthBytes : LengthBytes + 1;
        var begin = _wire.Begin(field.Tag, lengthBytes);
        if (!Message(field.Message))
            return false;
        _wire.End(begin, lengthBytes);
        return true;
    }

    private bool Refuse(string reason)
    {
        _faultAt = _reader.TokenStartIndex;
        _reason = reason;
        return false;
    }

    private readonly string Found() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };
}
