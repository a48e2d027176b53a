using System.Text;

namespace Baton.EndToEnd.Tests.Malformed;

/// <summary>Bodies that are no ExportTraceServiceRequest in protobuf, and what is said of each; and requests of which one span is refused.</summary>
internal static class ProtobufCorpus
{
    private static readonly byte[] TraceId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private static readonly byte[] SpanId = [.. Enumerable.Range(1, 8).Select(i => (byte)i)];

    private const string PastTheEnd = "a length runs past the end of its message";
    private const string CutOff = "a field is cut off by the end of its message";
    private const string NoWireType = "a wire type that protobuf does not have";

    /// <summary>400, INVALID_ARGUMENT. A span's fields begin at byte 6 of the request, and what is added to it at byte 40.</summary>
    public static IReadOnlyDictionary<string, (byte[] Body, string Says)> Undecodable { get; } = new Dictionary<string, (byte[], string)>
    {
        ["a request without its last byte"] = (Of(Span())[..^1], PastTheEnd),
        ["a length cut off"] = ([0x0A, 0x80], CutOff),
        ["a varint cut off"] = ([0x08, 0x80, 0x80], CutOff),
        ["a varint of eleven bytes"] = ([0x08, .. Enumerable.Repeat((byte)0x80, 11)], "a varint has more than ten bytes"),
        ["a length of 2 GiB"] = ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], PastTheEnd),
        ["a length of 64 bits"] = ([0x0A, .. Enumerable.Repeat((byte)0xFF, 9), 0x01], PastTheEnd),
        ["field number 0"] = ([0x00, 0x01], "field number 0"),
        ["four zeros"] = ([0, 0, 0, 0], "field number 0"),
        ["wire type 6"] = ([0x0E, 0x01], NoWireType),
        ["wire type 7"] = ([0x0F, 0x01], NoWireType),
        ["a fixed64 cut off"] = ([0x79, 0x01, 0x02], CutOff),
        ["a fixed32 cut off"] = ([0x7D, 0x01], CutOff),
        ["an end of no group"] = ([0x0C], "the end of a group that did not begin"),
        ["a group without an end"] = ([0x7B, 0x08, 0x01], "a group without its end"),
        ["a group with another's end"] = ([0x7B, 0x84, 0x01], "the end of a group that did not begin"),
        ["a page"] = (Encoding.UTF8.GetBytes("<html><body>no</body></html>"), "not an ExportTraceServiceRequest"),
        ["JSON"] = (Encoding.UTF8.GetBytes("{\"resourceSpans\":[]}"), "not an ExportTraceServiceRequest"),
        ["text"] = (Encoding.UTF8.GetBytes("hello"), "not an ExportTraceServiceRequest"),
        ["a resource cut off"] = (Field(1, Field(1, [0x0A, 0x7F])), PastTheEnd),
        ["a scope cut off"] = (Field(1, Field(2, Field(1, [0x0A, 0x7F]))), PastTheEnd),
        ["a span's kind cut off"] = (Of(Span([0x30])), CutOff),
        ["a span's start cut off"] = (Of(Span([0x39, 1, 2])), CutOff),
        ["an event cut off"] = (Of(Span(Field(11, [0x0A, 9, 1, 2]))), PastTheEnd),
        ["a link cut off"] = (Of(Span(Field(13, [0x0A, 17, 1, 2]))), PastTheEnd),
        ["a status cut off"] = (Of(Span(Field(15, [0x12, 5, 1]))), PastTheEnd),
        ["values within values"] = (Of(Span(Field(9, [.. Field(1, [0x6B]), .. Field(2, Nested(200))]))), "nested deeper"),
    };

    /// <summary>200, OK with one span rejected.</summary>
    public static IReadOnlyDictionary<string, (byte[] Body, string Says)> Rejected { get; } = new Dictionary<string, (byte[], string)>
    {
        ["no trace id"] = (Of(Field(2, SpanId)), "trace_id must have 16 bytes"),
        ["a trace id of 15 bytes"] = (Of([.. Field(1, TraceId.AsSpan(0, 15)), .. Field(2, SpanId)]), "trace_id must have 16 bytes"),
        ["a trace id of zeros"] = (Of([.. Field(1, new byte[16]), .. Field(2, SpanId)]), "trace_id must have 16 bytes"),
        ["no span id"] = (Of(Field(1, TraceId)), "span_id must have 8 bytes"),
        ["a span id of zeros"] = (Of([.. Field(1, TraceId), .. Field(2, new byte[8])]), "span_id must have 8 bytes"),
        ["a trace id as a number"] = (Of([0x08, 0x01, .. Field(2, SpanId)]), "trace_id must have 16 bytes"),
        ["a name that is not UTF-8"] = (Of(Span(Field(5, [0xFF, 0xFE]))), "a string is not UTF-8"),
        ["a name with half a pair"] = (Of(Span(Field(5, [0xED, 0xA0, 0x80]))), "a string is not UTF-8"),
        ["an attribute's key that is not UTF-8"] = (Of(Span(Field(9, Field(1, [0xFF])))), "a string is not UTF-8"),
        ["an attribute that is not UTF-8"] = (Of(Span(Field(9, [.. Field(1, [0x6B]), .. Field(2, Field(1, [0xFF]))]))), "a string is not UTF-8"),
    };

    private static byte[] Span(params byte[] more) => [.. Field(1, TraceId), .. Field(2, SpanId), .. Field(5, "work"u8), .. more];

    private static byte[] Of(byte[] span) => Field(1, Field(2, Field(2, span)));

    private static byte[] Nested(int depth) => Enumerable.Range(0, depth).Aggregate(Array.Empty<byte>(), (inner, _) => Field(5, Field(1, inner)));

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes)
    {
        List<byte> field = [(byte)(number << 3 | 2)];
        for (var length = bytes.Length; ; length >>= 7)
        {
            field.Add((byte)(length > 0x7F ? length | 0x80 : length));
            if (length <= 0x7F)
                break;
        }
        return [.. field, .. bytes];
    }
}
