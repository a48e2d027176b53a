using System.Text;
using System.Text.Json;

namespace Baton.Processor.Analyze.Input;

/// <summary>What an input holds.</summary>
internal enum InputFormat
{
    /// <summary>A request on each line, as the Collector's file exporter writes them.</summary>
    JsonLines,

    /// <summary>One request in JSON, over several lines.</summary>
    JsonDocument,

    /// <summary>One serialized ExportTraceServiceRequest.</summary>
    Protobuf,

    /// <summary>None of these.</summary>
    Unknown,
}

/// <summary>How an input is compressed.</summary>
internal enum InputCompression
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>zstd (RFC 8878).</summary>
    Zstd,
}

/// <summary>Tells by its first bytes what an input is; names and suffixes do not count.</summary>
internal static class InputFormats
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xB5, 0x2F, 0xFD];

    // ExportTraceServiceRequest.resource_spans, and what can come first in a ResourceSpans: resource, scope_spans, schema_url.
    private const byte ResourceSpansTag = 0x0A;

    private static ReadOnlySpan<byte> FieldsOfResourceSpans => [0x0A, 0x12, 0x1A];

    /// <summary>How it is compressed.</summary>
    public static InputCompression CompressionOf(ReadOnlySpan<byte> head) =>
        head.StartsWith(GzipMagic) ? InputCompression.Gzip : head.StartsWith(ZstdMagic) ? InputCompression.Zstd : InputCompression.None;

    /// <summary>What it holds, once decompressed.</summary>
    /// <param name="head">Its first bytes.</param>
    public static InputFormat Of(ReadOnlySpan<byte> head)
    {
        var text = WithoutMark(head).TrimStart(" \t\r\n"u8);
        if (BeginsAsJson(text))
            return OfJson(text);
        // A protobuf request begins with a line feed.
        if (BeginsAsProtobuf(head))
            return InputFormat.Protobuf;
        // Perhaps only the first line is broken, as where a file was cut.
        while (text.IndexOf((byte)'\n') is >= 0 and var end)
        {
            text = text[(end + 1)..].TrimStart(" \t\r\n"u8);
            if (BeginsAsJson(text))
                return InputFormat.JsonLines;
        }
        return text.StartsWith("{"u8) ? InputFormat.JsonLines : InputFormat.Unknown;
    }

    /// <summary>The bytes behind a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> head) => head.StartsWith(ByteOrderMark) ? head[ByteOrderMark.Length..] : head;

    /// <summary>How an input begins, for a message.</summary>
    public static string Begin(ReadOnlySpan<byte> head)
    {
        const int Shown = 16;
        var text = new StringBuilder();
        foreach (var octet in head[..Math.Min(Shown, head.Length)])
        {
            if (octet is >= 0x20 and < 0x7F)
                text.Append((char)octet);
            else
                text.Append("\\x").Append(Convert.ToHexStringLower([octet]));
        }
        return text.ToString();
    }

    // An object with a first property, or with none.
    private static bool BeginsAsJson(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("{"u8))
            return false;
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
            return reader.Read() && (!reader.Read() || reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // An object that goes on behind the end of its first line is a document; unless another begins there that cannot go on with it: then
    // the line was cut.
    private static InputFormat OfJson(ReadOnlySpan<byte> text)
    {
        var line = text.IndexOf((byte)'\n');
        if (line < 0)
            return InputFormat.JsonLines;
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
            while (reader.Read() && reader.BytesConsumed <= line)
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                    return InputFormat.JsonLines;
            }
            while (reader.Read() && reader.CurrentDepth > 0) { }
            return InputFormat.JsonDocument;
        }
        catch (JsonException e)
        {
            return e.LineNumber > 0 && !text[line..].TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? InputFormat.JsonDocument : InputFormat.JsonLines;
        }
    }

    private static bool BeginsAsProtobuf(ReadOnlySpan<byte> head)
    {
        if (head.Length < 2 || head[0] != ResourceSpansTag)
            return false;
        var at = 1;
        while (at < head.Length && head[at] >= 0x80)
            at++;
        return at < head.Length && (head[at] == 0 || (at + 1 < head.Length && FieldsOfResourceSpans.Contains(head[at + 1])));
    }
}
