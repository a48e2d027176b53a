using System.Text;
using Baton.Processor.Json;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using static Baton.Processor.Tests.Json.JsonUnderTest;
using Span = OpenTelemetry.Proto.Trace.V1.Span;

namespace Baton.Processor.Tests.Json;

/// <summary>The rules of OTLP's JSON, and what is said of JSON that does not keep to them.</summary>
public class JsonToProtobufTests
{
    [Theory]
    [InlineData("\"traceId\":\"5B8EFFF798038103D269B633813FC60C\"")]
    [InlineData("\"traceId\":\"5b8efff798038103d269b633813fc60c\"")]
    public void Ids_are_hex_of_either_case(string property) =>
        Assert.Equal("5b8efff798038103d269b633813fc60c", Convert.ToHexStringLower(SpanOf(property).TraceId.Span));

    [Theory]
    [InlineData("\"endTimeUnixNano\":\"1544712661000000000\"")]
    [InlineData("\"endTimeUnixNano\":1544712661000000000")]
    [InlineData("\"endTimeUnixNano\":1544712661.0E9")]
    [InlineData("\"endTimeUnixNano\":\"1544712661000000000.0\"")]
    public void Long_integers_are_strings_or_numbers(string property) => Assert.Equal(1544712661000000000ul, SpanOf(property).EndTimeUnixNano);

    [Theory]
    [InlineData("\"kind\":4")]
    [InlineData("\"kind\":\"SPAN_KIND_PRODUCER\"")]
    public void Enums_are_numbers_and_their_names_are_tolerated(string property) => Assert.Equal(Span.Types.SpanKind.Producer, SpanOf(property).Kind);

    [Theory]
    [InlineData("{\"intValue\":\"-5\"}", "IntValue")]
    [InlineData("{\"intValue\":0}", "IntValue")]
    [InlineData("{\"stringValue\":\"\"}", "StringValue")]
    [InlineData("{\"boolValue\":false}", "BoolValue")]
    [InlineData("{\"doubleValue\":0}", "DoubleValue")]
    [InlineData("{\"bytesValue\":\"\"}", "BytesValue")]
    [InlineData("{\"arrayValue\":{}}", "ArrayValue")]
    [InlineData("{\"stringValue\":null}", "None")]
    [InlineData("{}", "None")]
    public void A_value_says_what_it_is_even_when_it_is_the_default(string value, string expected) =>
        Assert.Equal(expected, SpanOf($$"""{{"\"attributes\""}}:[{"key":"k","value":{{value}}}]""").Attributes[0].Value.ValueCase.ToString());

    [Fact]
    public void Bytes_are_base64_and_not_numbers_are_strings()
    {
        var span = SpanOf("""
            "attributes":[{"key":"a","value":{"bytesValue":"AQID"}},{"key":"b","value":{"doubleValue":"NaN"}},{"key":"c","value":{"doubleValue":"-Infinity"}}]
            """);
        Assert.Equal([1, 2, 3], span.Attributes[0].Value.BytesValue.ToByteArray());
        Assert.Equal(double.NaN, span.Attributes[1].Value.DoubleValue);
        Assert.Equal(double.NegativeInfinity, span.Attributes[2].Value.DoubleValue);
    }

    [Fact]
    public void What_otlp_does_not_have_is_ignored_as_is_null()
    {
        var request = Traces("""
             {"later":{"a":[1,{"b":null}]},"resourceSpans":[{"resource":null,"scopeSpans":[{"spans":[{"name":"n","deprecated":[[]],"status":null}]}]}],"x":1}
            """);
        Assert.Equal("n", request.ResourceSpans[0].ScopeSpans[0].Spans[0].Name);
    }

    [Fact]
    public void Property_names_and_texts_may_be_escaped() =>
        Assert.Equal("Grüße 👋\n", SpanOf("""
            "na\u006de":"Gr\u00fc\u00dfe \ud83d\udc4b\n"
            """).Name);

    [Fact]
    public void Packed_numbers_may_be_strings()
    {
        var json = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":["1",2,"0"],"explicitBounds":[0.5,1]}]}}]}]}]}""";
        var point = ExportMetricsServiceRequest.Parser.ParseFrom(ToProtobuf(Encoding.UTF8.GetBytes(json), JsonMessage.Metrics))
            .ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Histogram.DataPoints[0];
        Assert.Equal([1ul, 2, 0], point.BucketCounts);
        Assert.Equal([0.5, 1], point.ExplicitBounds);
    }

    [Theory]
    [InlineData("\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"", "traceId: not hex digits; OTLP's JSON writes ids in hex, not in base64")]
    [InlineData("\"traceId\":\"5b8\"", "traceId: a string where hex digits, two for each byte, should be")]
    [InlineData("\"name\":5", "name: a number where a string should be")]
    [InlineData("\"name\":\"\\ud83d\"", "name: half of a surrogate pair, which is no text")]
    [InlineData("\"endTimeUnixNano\":\"soon\"", "endTimeUnixNano: 'soon' is not a whole number of 0 or more")]
    [InlineData("\"endTimeUnixNano\":-1", "endTimeUnixNano: '-1' is not a whole number of 0 or more")]
    [InlineData("\"endTimeUnixNano\":1.5", "endTimeUnixNano: '1.5' is not a whole number of 0 or more")]
    [InlineData("\"endTimeUnixNano\":18446744073709551616", "endTimeUnixNano: '18446744073709551616' is not a whole number of 0 or more")]
    [InlineData("\"flags\":4294967296", "flags: 4294967296 is more than 32 bits hold")]
    [InlineData("\"kind\":\"PRODUCER\"", "kind: 'PRODUCER' is neither a number nor a name of this enum")]
    [InlineData("\"attributes\":{}", "attributes: an object where an array should be")]
    [InlineData("\"attributes\":[{},null]", "attributes[1]: null where an object, KeyValue, should be")]
    [InlineData("\"attributes\":[{\"value\":{\"bytesValue\":\"!\"}}]", "attributes[0].value.bytesValue: not base64")]
    [InlineData("\"attributes\":[{\"value\":{\"bytesValue\":\"\\ud83d\"}}]", "attributes[0].value.bytesValue: not base64")]
    [InlineData("\"attributes\":[{\"value\":{\"doubleValue\":\"\\ud83d\"}}]", "attributes[0].value.doubleValue: not a number")]
    [InlineData("\"flags\":\"\\ud83d\"", "flags: '' is not a whole number of 0 or more")]
    [InlineData("\"attributes\":[{\"value\":{\"boolValue\":1}}]", "attributes[0].value.boolValue: a number where true or false should be")]
    [InlineData("\"status\":[]", "status: an array where an object, Status, should be")]
    public void A_value_that_does_not_fit_is_told_with_its_path(string property, string expected)
    {
        var fault = FaultOf(RequestOf(property));
        Assert.Equal($"resourceSpans[0].scopeSpans[0].spans[0].{expected}", fault.Text);
        Assert.Equal(JsonFaultKind.Malformed, fault.Kind);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("[]", 1, 1)]
    [InlineData("{\"resourceSpans\":[", 1, 19)]
    [InlineData("{\"resourceSpans\":[]}{}", 1, 21)]
    [InlineData("{\n  \"resourceSpans\": [\n    {\"scopeSpans\": 5}\n  ]\n}", 3, 20)]
    [InlineData("{\"a\":1,}", 1, 8)]
    public void A_fault_has_its_line_and_its_byte(string json, int line, int column)
    {
        var fault = FaultOf(json);
        Assert.Equal((line, column), (fault.Line, fault.Column));
        Assert.DoesNotContain("LineNumber", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_mean_what_they_stand_for_in_names_and_in_numbers()
    {
        var span = SpanOf("\"n\\u0061me\":\"x\",\"fl\\u0061gs\":\"\\u0031\",\"k\\u0069nd\":\"SPAN\\u005FKIND_PRODUCER\"");
        Assert.Equal(("x", 1u, Span.Types.SpanKind.Producer), (span.Name, span.Flags, span.Kind));
    }

    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("na\\ud83dme")]
    [InlineData("n\\u00e1me")]
    [InlineData("name\\n")]
    [InlineData("n\\u0061m")]
    public void A_name_that_OTLP_does_not_have_is_ignored_even_if_it_is_no_text(string name) =>
        Assert.Equal(("", 7u), (SpanOf($"\"{name}\":\"x\",\"flags\":7").Name, SpanOf($"\"{name}\":5,\"flags\":7").Flags));

    [Fact]
    public void Bytes_that_are_not_utf8_are_told_with_their_place() =>
        Assert.Equal("not UTF-8 (line 2, byte 3)", FaultOf([.. "{\n\"a"u8, 0xff, .. "\":1}"u8]).ToString());

    [Fact]
    public void Nesting_ends_where_protobuf_s_does()
    {
        Assert.Equal(96, Depth(Traces(RequestOf(Nested(47))).ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes[0].Value));
        Assert.Contains("nested deeper than 100 messages", FaultOf(RequestOf(Nested(48))).Text, StringComparison.Ordinal);
        Assert.Contains("not JSON", FaultOf("{\"unknown\":" + new string('[', 5000)).Text, StringComparison.Ordinal);

        static string Nested(int arrays) =>
            "\"attributes\":[{\"value\":" + string.Concat(Enumerable.Repeat("{\"arrayValue\":{\"values\":[", arrays)) + "{}"
            + string.Concat(Enumerable.Repeat("]}}", arrays)) + "}]";

        static int Depth(OpenTelemetry.Proto.Common.V1.AnyValue value) => value.ArrayValue is { } array ? 2 + Depth(array.Values[0]) : 2;
    }

    [Fact]
    public void More_than_is_allowed_is_refused()
    {
        var json = RequestOf($"\"name\":\"{new string('x', 100_000)}\"");
        Assert.Equal(JsonFaultKind.TooLarge, FaultOf(json, limit: 50_000).Kind);
        Assert.Equal(100_000, Traces(json).ResourceSpans[0].ScopeSpans[0].Spans[0].Name.Length);
    }

    private static Span SpanOf(string property) => Traces(RequestOf(property)).ResourceSpans[0].ScopeSpans[0].Spans[0];

    private static string RequestOf(string property) => "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + property + "}]}]}]}";
}
