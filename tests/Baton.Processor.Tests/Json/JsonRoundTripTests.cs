using System.Text;
using Baton.Processor.Json;
using Baton.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using static Baton.Processor.Tests.Json.JsonUnderTest;

namespace Baton.Processor.Tests.Json;

public class JsonRoundTripTests
{
    private const int Seeds = 200;

    [Fact]
    public void Every_recorded_json_request_becomes_the_message_that_an_independent_parser_reads()
    {
        var read = 0;
        foreach (var request in Captures.All.SelectMany(scenario => scenario.Requests).Where(request => request.IsJson))
        {
            Assert.Equal(request.Parse(), ExportTraceServiceRequest.Parser.ParseFrom(ToProtobuf(request.Body.Span, JsonMessage.Traces)));
            read++;
        }
        Assert.InRange(read, 5, int.MaxValue);
    }

    [Fact]
    public void Every_recorded_protobuf_request_survives_json_byte_for_byte_in_meaning()
    {
        foreach (var request in Captures.All.SelectMany(scenario => scenario.Requests).Where(request => !request.IsJson))
        {
            var json = ToJson(request.Body.Span, JsonMessage.Traces);

            Assert.Equal(request.Parse(), OtlpJson.ParseTraces(json));
            Assert.Equal(request.Parse(), ExportTraceServiceRequest.Parser.ParseFrom(ToProtobuf(json, JsonMessage.Traces)));
        }
    }

    [Fact]
    public void Random_requests_of_all_signals_survive()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            Survives<ExportTraceServiceRequest>(seed, JsonMessage.Traces);
            Survives<ExportMetricsServiceRequest>(seed, JsonMessage.Metrics);
            Survives<ExportLogsServiceRequest>(seed, JsonMessage.Logs);
            Survives<ExportTraceServiceResponse>(seed, JsonMessage.TracesResponse);
        }
    }

    [Fact]
    public void Random_traces_in_json_are_what_an_independent_parser_reads()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var request = new RandomMessage(seed).Make<ExportTraceServiceRequest>();
            Assert.Equal(request, OtlpJson.ParseTraces(ToJson(request.ToByteArray(), JsonMessage.Traces)));
        }
    }

    [Fact]
    public void Fields_in_pieces_and_in_any_order_become_one_array_and_one_object()
    {
        // Two resource_spans around an unknown field; a resource in two pieces, which protobuf merges.
        var first = Request("""{"resourceSpans":[{"schemaUrl":"a","resource":{"droppedAttributesCount":1}}]}""");
        var second = Request("""{"resourceSpans":[{"schemaUrl":"b"}]}""");
        byte[] unknown = [0x98, 0x06, 0x01];
        var resource = Request("""{"resourceSpans":[{"resource":{"attributes":[{"key":"k"}]}}]}""");
        byte[] merged = [0x0a, (byte)(first[1] + resource[1]), .. first[2..], .. resource[2..]];

        Assert.Equal(
            """{"resourceSpans":[{"resource":{"droppedAttributesCount":1},"schemaUrl":"a"},{"schemaUrl":"b"}]}""",
            Encoding.UTF8.GetString(ToJson([.. first, .. unknown, .. second], JsonMessage.Traces)));
        Assert.Equal(
            """{"resourceSpans":[{"resource":{"attributes":[{"key":"k"}],"droppedAttributesCount":1},"schemaUrl":"a"}]}""",
            Encoding.UTF8.GetString(ToJson(merged, JsonMessage.Traces)));

        static byte[] Request(string json) => ToProtobuf(Encoding.UTF8.GetBytes(json), JsonMessage.Traces);
    }

    [Fact]
    public void What_the_scan_takes_can_be_written_groups_and_long_lengths_too()
    {
        var request = ToProtobuf("""{"resourceSpans":[{"schemaUrl":"a"}]}"""u8, JsonMessage.Traces);
        byte[] group = [0x0b, 0x08, 0x01, 0x13, 0x0a, 0x00, 0x14, 0x0c];
        // A length whose bits beyond the 32nd do not count.
        byte[] spelled = [0x0a, (byte)(request[1] | 0x80), 0x80, 0x80, 0x80, 0x70, .. request[2..]];

        foreach (var bytes in (byte[][])[[.. group, .. request], [.. request, .. group], spelled])
        {
            Assert.Equal(ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(request), ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes));
            Assert.Equal("""{"resourceSpans":[{"schemaUrl":"a"}]}""", Encoding.UTF8.GetString(ToJson(bytes, JsonMessage.Traces)));
        }
    }

    private static void Survives<T>(int seed, JsonMessage message) where T : IMessage<T>, new()
    {
        var original = new RandomMessage(seed).Make<T>();
        var copy = new T();
        copy.MergeFrom(ToProtobuf(ToJson(original.ToByteArray(), message), message));
        Assert.Equal(original, copy);
    }
}
