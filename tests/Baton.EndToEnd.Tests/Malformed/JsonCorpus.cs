using System.Text;

namespace Baton.EndToEnd.Tests.Malformed;

/// <summary>Bodies that are no ExportTraceServiceRequest in OTLP's JSON, and what is said of each.</summary>
internal static class JsonCorpus
{
    private const string Ids = "\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"0102030405060708\"";
    private const string InSpan = "resourceSpans[0].scopeSpans[0].spans[0].";

    /// <summary>400, code 3 in a Status in JSON.</summary>
    public static IReadOnlyDictionary<string, (byte[] Body, string Says)> Undecodable { get; } = Texts.ToDictionary(
        row => row.Key, row => (Encoding.UTF8.GetBytes(row.Value.Text), row.Value.Says)).Concat(new Dictionary<string, (byte[], string)>
        {
            ["bytes that are not UTF-8"] = ([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], "not UTF-8"),
            ["UTF-16"] = (Encoding.Unicode.GetBytes("{}\u00FF\uD83D\uDE00"), "Not the JSON of an ExportTraceServiceRequest"),
            ["a byte order mark"] = ([0xEF, 0xBB, 0xBF, .. "{}"u8], "not JSON"),
            ["protobuf"] = ([0x0A, 2, 0x12, 0], "not JSON"),
        }).ToDictionary();

    private static Dictionary<string, (string Text, string Says)> Texts => new()
    {
        ["nothing"] = ("", "not JSON"),
        ["text"] = ("hello", "not JSON"),
        ["half an object"] = (Span("")[..^3], "not JSON"),
        ["an array"] = ("[]", "an array where an object, ExportTraceServiceRequest, should be (line 1, byte 1)"),
        ["a string"] = ("\"x\"", "a string where an object"),
        ["null"] = ("null", "null where an object"),
        ["a number"] = ("1", "a number where an object"),
        ["two documents"] = ("{}{}", "not JSON"),
        ["a comma too many"] = ("{\"resourceSpans\":[],}", "not JSON"),
        ["a comment"] = ("{/*x*/}", "not JSON"),
        ["single quotes"] = ("{'resourceSpans':[]}", "not JSON"),
        ["an object for a list"] = ("{\"resourceSpans\":{}}", "resourceSpans: an object where an array should be"),
        ["a number for a list"] = ("{\"resourceSpans\":1}", "resourceSpans: a number where an array should be"),
        ["null in a list"] = ("{\"resourceSpans\":[null]}", "resourceSpans[0]: null where an object, ResourceSpans, should be"),
        ["an id in base64"] = (Only("\"traceId\":\"AQIDBAUGBwgJCgsMDQ4PEA==\""), InSpan + "traceId: not hex digits"),
        ["an id of three digits"] = (Only("\"traceId\":\"010\""), InSpan + "traceId: a string where hex digits, two for each byte, should be"),
        ["an id as a number"] = (Only("\"traceId\":1"), InSpan + "traceId: a number where hex digits"),
        ["an id as an object"] = (Only("\"spanId\":{}"), InSpan + "spanId: an object where hex digits"),
        ["a time in words"] = (Span("\"startTimeUnixNano\":\"soon\""), InSpan + "startTimeUnixNano: 'soon' is not a whole number of 0 or more"),
        ["a time below zero"] = (Span("\"startTimeUnixNano\":-1"), InSpan + "startTimeUnixNano: '-1' is not a whole number of 0 or more"),
        ["half a nanosecond"] = (Span("\"startTimeUnixNano\":1.5"), InSpan + "startTimeUnixNano: '1.5' is not a whole number"),
        ["a time of 67 bits"] = (Span("\"startTimeUnixNano\":\"99999999999999999999\""), InSpan + "startTimeUnixNano: '99999999999999999999' is not"),
        ["flags of 33 bits"] = (Span("\"flags\":4294967296"), InSpan + "flags: 4294967296 is more than 32 bits hold"),
        ["a kind that there is not"] = (Span("\"kind\":\"server-ish\""), InSpan + "kind: 'server-ish' is neither a number nor a name of this enum"),
        ["half a kind"] = (Span("\"kind\":1.5"), InSpan + "kind: '1.5' is neither a number nor a name of this enum"),
        ["a number for a name"] = (Span("\"name\":1"), InSpan + "name: a number where a string should be"),
        ["an object for a name"] = (Span("\"name\":{}"), InSpan + "name: an object where a string should be"),
        ["a control character"] = (Span("\"name\":\"\u0001\""), "not JSON"),
        ["an escape that there is not"] = (Span("\"name\":\"\\q\""), "not JSON"),
        ["bytes not in base64"] = (Attribute("\"bytesValue\":\"!!\""), "value.bytesValue: not base64"),
        ["yes for true"] = (Attribute("\"boolValue\":\"yes\""), "value.boolValue: a string where true or false should be"),
        ["letters for a number"] = (Attribute("\"intValue\":\"x\""), "value.intValue: 'x' is not a whole number"),
        ["letters for a fraction"] = (Attribute("\"doubleValue\":\"x\""), "value.doubleValue: not a number"),
        ["NaN without quotes"] = (Attribute("\"doubleValue\":NaN"), "not JSON"),
        ["lists within lists"] = ($"{{\"x\":{new string('[', 5000)}{new string(']', 5000)}}}", "depth"),
    };

    private static string Only(string fields) => $"{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{{fields}}}]}}]}}]}}";

    private static string Span(string fields) => Only($"{Ids},{fields}");

    private static string Attribute(string value) => Span($"\"attributes\":[{{\"key\":\"k\",\"value\":{{{value}}}}}]");
}
