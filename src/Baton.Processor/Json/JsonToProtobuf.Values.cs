using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Baton.Processor.Json;

// Texts, ids, bytes and truth values. Those with the default value are left out where their being there says nothing, as protobuf's encoders do.
internal ref partial struct JsonToProtobuf
{
    private bool Text(JsonField field)
    {
        if (_reader.TokenType != JsonTokenType.String)
            return Refuse($"{Found()} where a string should be");
        if (!_reader.ValueIsEscaped)
        {
            if (field.HasPresence || field.IsRepeated || _reader.ValueSpan.Length > 0)
                _wire.Bytes(field.Tag, _reader.ValueSpan);
            return _wire.Failure is null;
        }
        var unescaped = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        try
        {
            _wire.Bytes(field.Tag, unescaped.AsSpan(0, _reader.CopyString(unescaped)));
            return _wire.Failure is null;
        }
        catch (InvalidOperationException)
        {
            return Refuse("half of a surrogate pair, which is no text");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped);
        }
    }

    private bool Id(JsonField field)
    {
        var text = _reader.ValueSpan;
        if (_reader.TokenType != JsonTokenType.String || _reader.ValueIsEscaped || text.Length % 2 != 0)
            return Refuse($"{Found()} where hex digits, two for each byte, should be");
        if (text.IsEmpty)
            return true;
        if (!_wire.TryReserve(field.Tag, text.Length / 2, out var id))
            return false;
        return System.Convert.FromHexString(text, id, out _, out _) == OperationStatus.Done
            || Refuse("not hex digits; OTLP's JSON writes ids in hex, not in base64");
    }

    private bool Base64(JsonField field)
    {
        if (_reader.TokenType != JsonTokenType.String)
            return Refuse($"{Found()} where base64 should be");
        if (!TryBase64(out var bytes))
            return Refuse("not base64");
        if (field.HasPresence || field.IsRepeated || bytes.Length > 0)
            _wire.Bytes(field.Tag, bytes);
        return _wire.Failure is null;
    }

    private bool Bool(JsonField field)
    {
        if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
            return Refuse($"{Found()} where true or false should be");
        var value = _reader.TokenType == JsonTokenType.True;
        if (value || field.HasPresence)
            _wire.Varint(field.Tag, value ? 1u : 0u);
        return _wire.Failure is null;
    }

    private readonly bool TryBase64([NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            return _reader.TryGetBytesFromBase64(out bytes);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }
}
